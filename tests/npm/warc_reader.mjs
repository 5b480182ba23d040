// The evidence that assay exports, read by another program's WARC reader and by assay itself.
// usage: warc_reader.mjs SOURCE_FOLDER ASSAY
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [source, assay] = process.argv.slice(2);
const require = createRequire(path.join(process.env.ASSAY_NODE_MODULES, "x.js"));
const { WARCParser } = await import(pathToFileURL(require.resolve("warcio")).href);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "assay-warc-"));
const catalog = path.join(source, "data/models.yaml");
const audit = (replay, db) => {
  const run = spawnSync(assay, ["audit", "--catalog", catalog, "--db", path.join(folder, db),
    "--replay", replay, "--model", "llama-3-2-3b-instruct", "--format", "json"],
    { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.ok([0, 1, 3].includes(run.status), run.stderr);
  return JSON.parse(run.stdout);
};

try {
  const first = audit(path.join(source, "data/sample/hub.json"), "first.db");
  const file = path.join(folder, "run.warc.gz");
  execFileSync(assay, ["evidence", "export", "1", "--db", path.join(folder, "first.db"), "--output", file]);

  const seen = { warcinfo: 0, request: 0, response: 0, metadata: 0 };
  const urls = new Set();
  for await (const record of new WARCParser(fs.createReadStream(file))) {
    seen[record.warcType] += 1;
    assert.equal(record.warcHeaders.protocol, "WARC/1.1");
    if (record.warcType !== "response") {
      await record.readFully(false);
      continue;
    }
    const body = await record.readFully(false);
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    assert.equal(record.warcPayloadDigest, digest, record.warcTargetURI);
    assert.match(record.httpHeaders.statusline, /^HTTP\/1\.1 [1-5]\d\d\b/);
    urls.add(record.warcTargetURI);
  }
  assert.equal(seen.warcinfo, 1);
  assert.ok(seen.response > 3);
  assert.equal(seen.request, seen.response);
  const shown = first.findings.flatMap((finding) => finding.observations.map((one) => one.url));
  for (const url of shown) assert.ok(urls.has(url), `${url} is not in the export`);

  const again = audit(file, "second.db");
  assert.deepEqual(again.findings, first.findings);
  assert.match(again.run.origin, /constructed/);
  console.log(`${seen.response} responses of ${urls.size} URLs read by warcio; replay gives the same`);
} finally {
  fs.rmSync(folder, { recursive: true });
}
