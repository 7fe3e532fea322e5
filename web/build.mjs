// Bundles web/ into the folder given as the only argument. hatch_build.py calls it; nothing else needs to.
//
//   t.js                     the tracker, one plain script, served by a route of its own
//   e.js                     its second script, a module, loaded with a page's first error
//   dashboard-<hash>.js …    pages, ES modules that share chunks
//   houses-<hash>.js         the configurator's island, with Preact
//   houses-worker-<hash>.js  its service worker, which a route of its own completes
//   theme-<hash>.js          runs before the first paint, a plain script
//   main-<hash>.css
//   docs/…                   the OpenAPI page's viewer, from npm instead of a CDN
//   manifest.json            source name -> {file, sri, imports}
//   LICENSES.txt             what the bundles are made of
//
// Every file but t.js and e.js carries a hash of its content in its name, so it may be cached for ever.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, parse, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const out = process.argv[2];
if (!out) throw new Error("usage: node build.mjs FOLDER");

const PAGES = {
  dashboard: "src/dashboard/index.ts",
  main: "src/styles/main.css",
  houses: "src/houses/main.tsx",
  "houses-page": "src/houses/page.css",
  "houses-print": "src/houses/print.ts",
};
const PLAIN = { theme: "src/dashboard/theme.ts", "houses-worker": "src/houses/worker.ts", "docs/init": "src/docs/init.ts" };
const COPIED = ["swagger-ui-bundle.js", "swagger-ui.css"];
const BUNDLED = ["htmx.org", "preact", "uplot", "swagger-ui-dist"];

const common = { bundle: true, minify: true, outdir: out, metafile: true, logLevel: "warning", legalComments: "none" };
const hashed = { ...common, entryNames: "[dir]/[name]-[hash]", chunkNames: "chunk-[hash]", target: "es2022", jsx: "automatic", jsxImportSource: "preact" };

const manifest = {};

function publish(name, path, imports = []) {
  const bytes = readFileSync(path);
  if (/\.(js|css)$/.test(path)) writeFileSync(path + ".gz", gzipSync(bytes, { level: 9 }));
  const sri = "sha384-" + createHash("sha384").update(bytes).digest("base64");
  manifest[name] = { file: relative(out, path), sri, imports };
}

function publishBuilt({ metafile }) {
  for (const [path, made] of Object.entries(metafile.outputs)) {
    // What is not a module goes by the name of what it becomes, beside the copied files.
    const name = made.entryPoint?.replace(/^src\//, "").replace(/^(docs\/.*)\.ts$/, "$1.js") ?? basename(path);
    publish(name, path, made.imports.filter((i) => !i.external).map((i) => relative(out, i.path)));
  }
}

function copyDocs() {
  mkdirSync(join(out, "docs"), { recursive: true });
  for (const file of COPIED) {
    // Without the pointer to a source map that is not served.
    const text = readFileSync(join("node_modules/swagger-ui-dist", file), "utf8").replace(/\n?(\/\/|\/\*)# sourceMappingURL=\S+( ?\*\/)?\s*$/, "\n");
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
    const { name, ext } = parse(file);
    const path = join(out, "docs", `${name}-${hash}${ext}`);
    writeFileSync(path, text);
    publish(`docs/${file}`, path);
  }
}

function licences() {
  return BUNDLED.map((name) => {
    const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
    const notice = name === "swagger-ui-dist" ? ["LICENSE", "NOTICE"] : ["LICENSE"];
    const texts = notice.map((file) => readFileSync(`node_modules/${name}/${file}`, "utf8").trim());
    return [`== ${name} ${version} (${license})`, ...texts].join("\n\n");
  }).join("\n\n\n") + "\n";
}

// All that know modules know how to import one later.
const tracker = { ...common, target: "es2019", supported: { "dynamic-import": true, "import-meta": true } };
publishBuilt(await build({ ...tracker, entryPoints: { t: "src/tracker/index.ts" }, format: "iife" }));
publishBuilt(await build({ ...tracker, entryPoints: { e: "src/tracker/errors.ts" }, format: "esm" }));
publishBuilt(await build({ ...hashed, entryPoints: PAGES, format: "esm", splitting: true }));
publishBuilt(await build({ ...hashed, entryPoints: PLAIN, format: "iife" }));
copyDocs();
writeFileSync(join(out, "LICENSES.txt"), licences());
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
