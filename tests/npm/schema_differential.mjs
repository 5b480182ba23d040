// The schema as valijson applies it inside of assay against ajv, on mutations of the real catalog:
// schema_differential.mjs SOURCE_DIR ASSAY [MUTATIONS]. Both must accept and refuse the same.
//
// Each mutation is an entry with one or two values changed, written as JSON in one line of a YAML list, so
// that the line of a diagnostic names the mutation. Only the rules of group `shape` speak for the schema.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

const require = createRequire(path.join(process.env.ASSAY_NODE_MODULES, "x"));
const Ajv = require("ajv");
const YAML = require("yaml");
const [source, assay, wanted = "4000"] = process.argv.slice(2);

// Equal runs make equal mutations (mulberry32).
let state = 20260825;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
const below = (count) => Math.floor(random() * count);
const pick = (list) => list[below(list.length)];

const schema = JSON.parse(readFileSync(path.join(source, "schema/catalog.schema.json"), "utf8"));
const entries = YAML.parse(readFileSync(path.join(source, "data/models.yaml"), "utf8"), {
  version: "1.2", schema: "core",
}).models;

const words = [];
(function collect(node) {
  if (Array.isArray(node)) return node.forEach(collect);
  if (node === null || typeof node !== "object") return;
  for (const key of ["enum", "examples"]) if (Array.isArray(node[key])) words.push(...node[key]);
  Object.values(node).forEach(collect);
})(schema);

const values = [
  null, true, false, 0, 1, -1, 7, 2.5, -0.5, 1e3, 70e9, 9007199254740991, "", " ", "x", "7B", "true", "null",
  "2024-09-25", "2024-9-5", "http://example.org", "https://example.org/a", "https://huggingface.co/lab/model",
  "ünïcödé", "a".repeat(201), "a-b-c", "A-b", "-a", "a--b", [], ["x"], ["x", "x"], [1], [null], {}, { a: 1 },
  { url: "https://example.org", title: "t" },
  { input_per_mtok_usd: 1, output_per_mtok_usd: 2, as_of: "2026-01-01", source: "https://example.org" },
  [{ input_per_mtok_usd: 1, output_per_mtok_usd: 2, as_of: "2026-01-01", source: "https://example.org" }],
];
const value = () => structuredClone(random() < 0.2 ? pick(words) : pick(values));

// Every object and array inside of an entry, the entry included.
function containers(node, found = []) {
  if (node !== null && typeof node === "object") {
    found.push(node);
    Object.values(node).forEach((inner) => containers(inner, found));
  }
  return found;
}

function mutate(entry) {
  const place = pick(containers(entry));
  const keys = Object.keys(place);
  const key = keys.length > 0 ? pick(keys) : "x";
  if (Array.isArray(place)) {
    pick([
      () => place.push(value()),
      () => place.splice(0, place.length),
      () => place.length > 0 && place.push(structuredClone(place[0])),
      () => place.length > 0 && (place[below(place.length)] = value()),
      () => place.splice(below(place.length + 1), 1),
    ])();
    return;
  }
  pick([
    () => (place[key] = value()),
    () => (place[key] = value()),
    () => delete place[key],
    () => (place[key + "s"] = value()),
    () => { place[key.slice(0, -1) || "y"] = place[key]; delete place[key]; },
    () => (place[key] = typeof place[key] === "string" ? place[key] + pick([" ", "x", ".", "-1"]) : [place[key]]),
    () => (place[key] = typeof place[key] === "number" ? pick([-1, 0.5, 1000, 0]) * place[key] : { [key]: place[key] }),
    () => (place[pick(Object.keys(schema.definitions.entry.properties))] = value()),
  ])();
}

const mutations = [];
while (mutations.length < Number(wanted)) {
  const entry = structuredClone(pick(entries));
  for (let count = 1 + below(2); count > 0; --count) mutate(entry);
  mutations.push(entry);
}

const check = new Ajv({ strict: false, allErrors: true }).compile(schema);
const theirs = mutations.map((entry) => (check({ models: [entry] }) ? null : check.errors));

const folder = mkdtempSync(path.join(tmpdir(), "assay-differential-"));
const file = path.join(folder, "models.yaml");
// JSON is YAML, except that a YAML stream knows no lone surrogates; there are none here.
writeFileSync(file, "models:\n" + mutations.map((entry) => `  - ${JSON.stringify(entry)}\n`).join(""));
let report;
try {
  report = execFileSync(assay, ["validate", "--format", "json", file], { maxBuffer: 1 << 30 });
} catch (error) {
  if (error.status !== 1) throw error;
  report = error.stdout;
}
rmSync(folder, { recursive: true });
const shape = new Set(
  execFileSync(assay, ["rules"], { encoding: "utf8" }).split("\n").map((line) => line.trim().split(/\s+/))
    .filter(([, , group]) => group === "shape").map(([id]) => id));
const ours = mutations.map(() => []);
for (const diagnostic of JSON.parse(report).diagnostics) {
  if (shape.has(diagnostic.rule) && diagnostic.severity === "error") ours[diagnostic.line - 2].push(diagnostic);
}

let differ = 0;
mutations.forEach((entry, number) => {
  if ((theirs[number] === null) === (ours[number].length === 0)) return;
  if (++differ > 10) return;
  console.log(`mutation ${number}: ajv ${theirs[number] ? "refuses" : "accepts"}, assay ${ours[number].length ? "refuses" : "accepts"}`);
  console.log(`  ajv:   ${(theirs[number] ?? []).map((error) => `${error.instancePath} ${error.message}`).join("; ")}`);
  console.log(`  assay: ${ours[number].map((found) => `${found.rule} ${found.label}: ${found.message}`).join("; ")}`);
  console.log(`  ${JSON.stringify(entry).slice(0, 400)}`);
});
const refused = theirs.filter((errors) => errors !== null).length;
console.log(`${mutations.length} mutations of ${entries.length} entries: ajv refuses ${refused}, accepts ${mutations.length - refused}; assay differs in ${differ}`);
// A test in which one side never occurs would prove nothing.
process.exit(differ === 0 && refused > mutations.length / 10 && refused < mutations.length * 0.95 ? 0 : 1);
