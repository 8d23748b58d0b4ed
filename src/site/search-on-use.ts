// The search interface, fetched when a reader first opens the search: 26 kB that no other
// reader pays for. Starlight imports `PagefindUI` as soon as a page is idle; the alias in
// astro.config.mjs gives it this class instead, which waits for the dialog to open.

type Options = Readonly<Record<string, unknown>>;

export class PagefindUI {
  constructor(options: Options) {
    const dialog = document.querySelector('site-search dialog');
    if (!dialog) return;
    const observer = new MutationObserver(() => load());
    observer.observe(dialog, { attributeFilter: ['open'] });
    const load = () => {
      observer.disconnect();
      void show(dialog, options);
    };
    if (dialog.hasAttribute('open')) load();
  }
}

async function show(dialog: Element, options: Options): Promise<void> {
  // @ts-expect-error it has no types
  const real = await import('@pagefind/default-ui/npm_dist/mjs/ui-core.mjs');
  new real.PagefindUI(options);
  dialog.querySelector('input')?.focus();
}
