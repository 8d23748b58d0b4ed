// The directive that client-use.ts adds, for the types of Astro's templates.
import 'astro';

declare module 'astro' {
  interface AstroClientDirectives {
    'client:use'?: boolean;
  }
}
