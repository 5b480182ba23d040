// What programs read, read by programs of others: the description of the API by a linter, every answer by a
// validator of schemas, the feed by a feed reader.
// usage: api_readers.mjs SOURCE_FOLDER ASSAY FIXTURE FOLDER
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { serve } from "./serve.mjs";

const [source, assay, fixture, folder] = process.argv.slice(2);
const modules = process.env.ASSAY_NODE_MODULES;
const require = createRequire(path.join(modules, "x.js"));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

// Not spawnSync: while that waits, Node does not see that the server closed an idle connection, and uses it.
async function run(program, words, options = {}) {
  const child = spawn(program, words, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve, reject) => child.on("error", reject).on("close", resolve)),
  ]);
  return { status, stdout, stderr };
}

async function lint(origin) {
  const file = path.join(folder, "openapi.json");
  writeFileSync(file, await (await fetch(origin + "/openapi.json")).text());
  const linted = await run(path.join(modules, ".bin", "redocly"), ["lint", "--extends=recommended", "--max-problems=20", file], {
    cwd: folder,
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
  const told = linted.stdout + linted.stderr;
  assert.equal(linted.status, 0, told);
  assert.doesNotMatch(told, /warning/i, told);
}

// Every route that describes its JSON, asked for real and held against the description.
async function answers(origin) {
  const document = await (await fetch(origin + "/openapi.json")).json();
  const Ajv = require("ajv/dist/2020").default;
  const ajv = new Ajv({ strict: false, validateFormats: true });
  require("ajv-formats").default(ajv);
  ajv.addSchema(document, "assay");
  const first = async (url) => (await (await fetch(origin + url)).json()).data[0];
  const finding = await first("/api/v1/findings?verdict=contradicted");
  const values = { slug: finding.slug, id: "1", sha256: finding.observations[0].evidence.replace("sha256:", "") };
  let read = 0;
  for (const [pattern, { get }] of Object.entries(document.paths)) {
    const url = pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    const answer = await fetch(origin + url);
    assert.equal(answer.status, 200, url);
    const types = Object.keys(get.responses["200"].content);
    const type = answer.headers.get("content-type").split(";")[0];
    assert.ok(types.includes(type) || types.includes("*/*"), `${url} is ${type}, described as ${types}`);
    if (!types.includes("application/json")) continue;
    const steps = ["paths", pattern, "get", "responses", "200", "content", "application/json", "schema"];
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    const validate = ajv.compile({ $ref: `assay#/${pointer}` });
    assert.ok(validate(await answer.json()), `${url}: ${ajv.errorsText(validate.errors)}`);
    read += 1;
  }
  assert.ok(read >= 10, `${read} answers`);
}

async function feed(origin) {
  const address = origin + "/feed.xml";
  const FeedParser = require("feedparser");
  const told = await (await fetch(address)).text();
  const { meta, items } = await new Promise((resolve, reject) => {
    const parser = new FeedParser({ feedurl: address });
    const found = [];
    parser.on("error", reject);
    parser.on("readable", () => {
      for (let item = parser.read(); item; item = parser.read()) found.push(item);
    });
    parser.on("end", () => resolve({ meta: parser.meta, items: found }));
    Readable.from([told]).pipe(parser);
  });
  assert.equal(meta["#type"], "atom");
  assert.ok(meta.title.length > 3 && meta.date instanceof Date && meta.link, "the feed names itself");
  assert.ok(items.length > 0, "there are changes");
  assert.equal(new Set(items.map((item) => item.guid)).size, items.length, "ids are different");
  for (const item of items) {
    assert.ok(item.title && item.description && item.date instanceof Date && item.author !== undefined, item.guid);
    assert.equal((await fetch(new URL(item.link, origin))).status, 200, item.link);
  }
  const again = await (await fetch(address)).text();
  assert.equal(again, told, "the same changes give the same feed");
}

async function metrics(origin) {
  const told = await (await fetch(origin + "/metrics")).text();
  assert.match(told, /^assay_findings\{auditor="cost",verdict="disputed"\} 1$/m);
  assert.match(told, /^assay_source_exchanges_total\{source="huggingface",result="200"\} [1-9]/m);
  assert.match(told, /^assay_source_errors_total\{source="huggingface"\} 0$/m);
  assert.match(told, /^assay_last_complete_run_timestamp_seconds [1-9]/m);
}

execFileSync(fixture, [folder]);
const server = await serve(assay, folder, path.join(folder, "verdicts.yaml"), path.join(folder, "verdicts.db"));
try {
  for (const each of [lint, answers, feed, metrics]) {
    await each(server.origin);
    console.log(`${each.name}: right`);
  }
} finally {
  server.stop();
}
