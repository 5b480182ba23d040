// What other programs read of `assay validate`: report_formats.mjs ASSAY. The SARIF must be valid against
// the schema of SARIF 2.1.0 and pass Microsoft's own validator without an error, JUnit must be read by an
// XML parser, and all formats must tell the same of the same files.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

const require = createRequire(path.join(process.env.ASSAY_NODE_MODULES, "x"));
const Ajv = require("ajv/dist/2020");
const addFormats = require("ajv-formats");
const { XMLParser, XMLValidator } = require("fast-xml-parser");
const assay = path.resolve(process.argv[2]);
const multitool = path.join(process.env.ASSAY_NODE_MODULES, "@microsoft/sarif-multitool-linux");
if (!existsSync(multitool)) {
  console.log("SKIPPED: @microsoft/sarif-multitool-linux could not be installed on this machine");
  process.exit(77);
}

const failures = [];
let skipped = "";
function demand(holds, what) {
  if (!holds) failures.push(what);
}

// ---- files with mistakes whose texts are awkward in each of the formats

const entry = (slug, more) => `  - slug: ${slug}
    display_name: Model ${slug}
    family: test
    developer: Example
    type: instruct
    released_date: "2024-09-25"
    openness: open
    license: MIT
    osi_approved: true
    architecture: dense
${more}    sources:
      - title: Card
        url: https://huggingface.co/example/${slug}
`;
const files = {
  "a b%,:.yaml": `# ünïcödé 🎉\nmodels:\n${entry("a", `    "é,%0A:]]>&<x y=\\"z\\">": 1\n    tokenizer: 🎉🎉\n    context_window: "12,8:%k"\n    params_total: 7B\n`)}`
    + entry("a", "    licence: x\n    params_total: 7B\n    params_active: 7B\n") + entry("c", "    params_total: 1\n    params_active: 0\n"),
  "broken.yaml": `models:\n${entry("b", '    tokenizer: "open\n    note: x\n')}${entry("d", "\ttokenizer: x\n")}`,
  "clean.yaml": `models:\n${entry("e", "")}`,
};
const folder = mkdtempSync(path.join(tmpdir(), "assay-formats-"));
for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
const stdin = `models:\n${entry("f", "    vendr: x\n")}`;

function run(format) {
  const env = { ...process.env };
  delete env.GITHUB_ACTIONS;
  const result = spawnSync(assay, ["validate", "--format", format, "--today", "2026-11-23", ...Object.keys(files), "-"],
    { cwd: folder, input: stdin, encoding: "utf8", env, maxBuffer: 1 << 28 });
  demand(result.status === 1, `${format}: ends with ${result.status}, not with 1`);
  return result.stdout;
}

// One line per problem, by which the formats are compared.
const told = JSON.parse(run("json"));
const line = (d) => [d.file, d.rule, d.severity, d.line, d.column, d.end_line, d.end_column].join(" | ");
const wanted = told.diagnostics.map(line).sort();
demand(told.diagnostics.length > 10, `json: only ${told.diagnostics.length} problems`);
demand(told.files.length === 4, "json: not all files are named");
function compare(format, lines) {
  const got = [...lines].sort();
  demand(JSON.stringify(got) === JSON.stringify(wanted),
    `${format} tells otherwise than json:\n  ${got.filter((l) => !wanted.includes(l)).join("\n  ")}\n  missing:\n  ${wanted.filter((l) => !got.includes(l)).join("\n  ")}`);
}

// ---- SARIF

const sarifText = run("sarif");
const sarif = JSON.parse(sarifText);
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
const valid = ajv.compile(JSON.parse(readFileSync(path.join(multitool, "sarif-2.1.0.json"), "utf8")));
demand(valid(sarif), `sarif: ${JSON.stringify(valid.errors?.slice(0, 3))}`);
const results = sarif.runs[0].results;
compare("sarif", results.map((result) => {
  const { artifactLocation, region } = result.locations[0].physicalLocation;
  const file = decodeURIComponent(artifactLocation.uri);
  return [file, result.ruleId, result.level, region.startLine, region.startColumn, region.endLine, region.endColumn].join(" | ");
}));
const prints = (log) => log.runs[0].results.map((result) => JSON.stringify(result.partialFingerprints));
demand(new Set(prints(sarif)).size === results.length, "sarif: two results have one fingerprint");
demand(results.some((result) => result.fixes?.length === 1), "sarif: no fix is offered");
writeFileSync(path.join(folder, "out.sarif"), sarifText);
const judge = spawnSync(path.join(multitool, "Sarif.Multitool"), ["validate", "out.sarif", "-j", path.join(multitool, "sarif-2.1.0.json"),
  "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--kind", "Fail", "-o", "judged.sarif"],
  { cwd: folder, encoding: "utf8", env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1" } });
const judged = existsSync(path.join(folder, "judged.sarif"))
  ? JSON.parse(readFileSync(path.join(folder, "judged.sarif"), "utf8")).runs[0].results : null;
if (judge.error || judged === null) {
  skipped = `Microsoft's SARIF validator does not run on this machine: ${judge.error ?? judge.stderr.slice(0, 200)}`;
}
for (const found of judged ?? []) {
  // Their default is warning. The only one known: assay has no address of its own to name.
  const allowed = found.ruleId === "SARIF2005" && found.level !== "error";
  demand(allowed, `sarif: ${found.ruleId} ${found.level ?? "warning"} ${found.message.arguments}`);
}

// The same results in other lines keep their fingerprints.
writeFileSync(path.join(folder, "a b%,:.yaml"), "# moved\n\n" + files["a b%,:.yaml"]);
demand(JSON.stringify(prints(JSON.parse(run("sarif"))).sort()) === JSON.stringify(prints(sarif).sort()),
  "sarif: fingerprints change when lines move");
writeFileSync(path.join(folder, "a b%,:.yaml"), files["a b%,:.yaml"]);

// ---- annotations of GitHub, read as its runner does

const unescape = (text) => text.replace(/%0D/g, "\r").replace(/%0A/g, "\n").replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%25/g, "%");
const level = { error: "error", warning: "warning", notice: "note" };
compare("github", run("github").trimEnd().split("\n").map((text) => {
  const command = /^::(error|warning|notice) (.*?)::(.*)$/.exec(text);
  if (!command) return `no command: ${text}`;
  const is = Object.fromEntries(command[2].split(",").map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), unescape(pair.slice(at + 1))];
  }));
  return [is.file, /^assay \((.*)\)$/.exec(is.title)?.[1], level[command[1]], is.line, is.col, is.endLine, is.endColumn].join(" | ");
}));

// ---- JUnit

const xml = run("junit");
demand(XMLValidator.validate(xml) === true, `junit: ${JSON.stringify(XMLValidator.validate(xml))}`);
const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const junit = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(xml).testsuites;
const cases = list(junit.testsuite).flatMap((suite) => list(suite.testcase));
demand(Number(junit.tests) === cases.length, "junit: the number of tests is wrong");
const failed = cases.filter((one) => one.failure !== undefined).length;
demand(failed === told.diagnostics.length && Number(junit.failures) === failed,
  `junit: ${failed} failures for ${told.diagnostics.length} problems`);
demand(list(junit.testsuite).length === 4, "junit: not one suite per file");

rmSync(folder, { recursive: true });
for (const failure of failures) console.log(failure);
console.log(`${told.diagnostics.length} problems in 4 files and 4 formats, ${failures.length} failures`);
if (skipped) console.log(`SKIPPED in part: ${skipped}`);
process.exit(failures.length > 0 ? 1 : skipped ? 77 : 0);
