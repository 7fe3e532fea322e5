// The service worker: opens the configurator while the network is away. The server puts its files and a
// version in; another deployment is another version, with a cache of its own.

const { version, page, files } = JSON.parse("$OFFLINE") as { version: string; page: string; files: string[] };
const PREFIX = "trailpost-houses-";
const CACHE = PREFIX + version;
// Zipped or not is between browser and server.
const ANYWAY = { ignoreVary: true };

// The part of the browser's types that is needed: its own for workers do not go with those for pages.
interface Waits extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetches extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", call: (event: Waits) => void): void;
  addEventListener(type: "fetch", call: (event: Fetches) => void): void;
}
const worker = self as unknown as Worker;

/** Pages by their language; whatever the address chose is in local storage. */
const nameOf = (url: URL) => page + (url.searchParams.get("lang") === "en" ? "?lang=en" : "");
const isPlain = (url: URL) => [...url.searchParams.keys()].every((name) => name === "lang" || name.startsWith("utm_"));
const isPage = ({ pathname }: URL) => pathname === page || pathname.startsWith(page + "/c/");

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([page, page + "?lang=en", ...files]);
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The network's answer; without it, or where it comes from a gateway, what was kept. */
async function fresh(request: Request, name: string, keep: boolean): Promise<Response> {
  const cache = await caches.open(CACHE);
  let answer: Response | undefined;
  try {
    answer = await fetch(request);
    if (answer.ok && keep) await cache.put(name, answer.clone());
    if (answer.status < 500) return answer;
  } catch {
    // The network is away.
  }
  return (await cache.match(name, ANYWAY)) ?? answer ?? Response.error();
}

/** Its name holds a hash of its content. */
const kept = async (request: Request) => (await (await caches.open(CACHE)).match(request, ANYWAY)) ?? fetch(request);

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (isPage(url)) event.respondWith(fresh(request, nameOf(url), url.pathname === page && isPlain(url)));
  } else if (files.includes(url.pathname)) {
    event.respondWith(/^\/static\/|\/scenes\//.test(url.pathname) ? kept(request) : fresh(request, url.pathname, true));
  }
});
