import { readFileSync } from 'node:fs';

/** The installed version of a package: what is really measured. */
export function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version;
}
