// Where the site lives. The one place that reads these environment variables:
//
//   SITE_URL        origin of the published site      default http://localhost:4321
//   BASE_PATH       folder it is served from          default /ferrisdb; '' or '/' for the root
//   OUT_DIR         where `npm run build` writes      default dist
//   REPOSITORY_URL  adds "edit this page" links       default: in GitHub Actions its repository, else none
//
// `base` always starts and ends with a slash, so `base + 'page/'` is right under any base.

const { env } = process;

const trimmed = (env.BASE_PATH ?? '/ferrisdb').replace(/^\/+|\/+$/g, '');

export const site = env.SITE_URL || 'http://localhost:4321';
export const base = trimmed === '' ? '/' : `/${trimmed}/`;
export const outDir = env.OUT_DIR || 'dist';
export const repositoryUrl =
  env.REPOSITORY_URL ||
  (env.GITHUB_REPOSITORY ? `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}` : undefined);
