import { bundleScript } from '../kit/bundle-script.js';

const bundled = new Map<string, Promise<string>>();

/**
 * Makes a script of this folder runnable by a Node of its own, such as "servers/polywire". Packages
 * stay outside, so the project is measured as it is built.
 * @returns path of the JavaScript file
 */
export async function scriptPath(name: string): Promise<string> {
  let path = bundled.get(name);
  if (path === undefined) {
    path = bundleScript('bench', name);
    bundled.set(name, path);
  }
  return await path;
}
