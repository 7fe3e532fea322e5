// Whether a service worker stands by for when the network is away: the server decides, at every visit.

const SCOPE = "/konfigurator";
// As worker.ts calls them.
const CACHES = "trailpost-houses-";

export async function standBy(worker: string | null): Promise<void> {
  const workers = navigator.serviceWorker;
  // Not where the connection is not secure.
  if (!workers) return;
  try {
    if (worker) await workers.register(worker, { scope: SCOPE, updateViaCache: "none" });
    else if (await (await workers.getRegistration(SCOPE))?.unregister()) {
      for (const name of await caches.keys()) if (name.startsWith(CACHES)) await caches.delete(name);
    }
  } catch {
    // Blocked: the page then needs the network, as any other does.
  }
}
