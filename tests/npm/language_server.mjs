// The schema in an editor: language_server.mjs SOURCE_DIR. Drives the real yaml-language-server over
// standard input and output, as editors do, and demands for every field of the schema a completion and a
// hover text, and a diagnostic for a wrong value.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const source = path.resolve(process.argv[2]);
const schema = JSON.parse(readFileSync(path.join(source, "schema/catalog.schema.json"), "utf8"));
const firstLine = readFileSync(path.join(source, "data/models.yaml"), "utf8").split("\n", 1)[0];
const catalogUri = pathToFileURL(path.join(source, "data/models.yaml")).href;

// ---- a client of the Language Server Protocol, as small as it can be

const server = spawn(
  process.execPath,
  [path.join(process.env.ASSAY_NODE_MODULES, "yaml-language-server/bin/yaml-language-server"), "--stdio"],
  { stdio: ["pipe", "pipe", "inherit"] });
let received = Buffer.alloc(0);
let lastId = 0;
const waiting = new Map();
const published = new Map(); // uri -> function that takes its next diagnostics

function send(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
function request(method, params) {
  const id = ++lastId;
  send({ id, method, params });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${method}: no answer within 60 s`)), 60_000);
    waiting.set(id, (answer) => { clearTimeout(timer); resolve(answer); });
  });
}
server.stdout.on("data", (bytes) => {
  received = Buffer.concat([received, bytes]);
  for (;;) {
    const head = received.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, head).toString())[1]);
    if (received.length < head + 4 + length) return;
    const message = JSON.parse(received.subarray(head + 4, head + 4 + length).toString());
    received = received.subarray(head + 4 + length);
    if (message.method === "workspace/configuration") {
      const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
      send({ id: message.id, result: message.params.items.map((item) => (item.section === "yaml" ? yaml : {})) });
    } else if (message.method !== undefined && message.id !== undefined) {
      send({ id: message.id, result: null });
    } else if (message.method === "textDocument/publishDiagnostics") {
      published.get(message.params.uri)?.(message.params.diagnostics);
    } else if (waiting.has(message.id)) {
      if (message.error) throw new Error(message.error.message);
      waiting.get(message.id)(message.result);
      waiting.delete(message.id);
    }
  }
});

// ---- the fields of the schema and a document that holds them all

const resolve = (node) => {
  while (node.$ref) node = node.$ref.slice(2).split("/").reduce((at, key) => at[key], schema);
  return node.oneOf ? resolve(node.oneOf.find((branch) => resolve(branch).type === "object") ?? node.oneOf[0]) : node;
};

// The words of a closed vocabulary, also of one that leaves room for more.
const wordsOf = (node) => node.enum ?? node.anyOf?.find((branch) => branch.enum)?.enum;

const lines = [];
const fields = []; // {label, line, column, title, description}

// Writes the members of an object; `indent` is where keys begin, `before` what stands before the first one.
function write(node, indent, label, before) {
  const properties = node.properties ?? { "a-name": node.additionalProperties };
  for (const [key, raw] of Object.entries(properties)) {
    const field = resolve(raw);
    const lead = before ?? " ".repeat(indent);
    before = undefined;
    if (node.properties) {
      fields.push({ label: `${label}${key}`, line: lines.length, column: lead.length, of: node,
                    title: raw.title ?? field.title, description: raw.description ?? field.description,
                    // Of alternatives the editor explains the one that is written.
                    alternative: raw.oneOf ? field.description : undefined });
    }
    if (field.type === "object") {
      lines.push(`${lead}${key}:`);
      write(field, indent + 2, `${label}${key}.`);
    } else if (field.type === "array") {
      lines.push(`${lead}${key}:`);
      const item = resolve(field.items);
      if (item.type === "object") write(item, indent + 4, `${label}${key}[].`, `${" ".repeat(indent + 2)}- `);
      else lines.push(`${" ".repeat(indent + 2)}- ${JSON.stringify((item.enum ?? item.examples ?? ["x"])[0])}`);
    } else {
      const plainest = { boolean: true, integer: 1, number: 1 }[field.type] ??
        (field.pattern?.startsWith("^https") ? "https://example.org/" : "x");
      const [example] = wordsOf(field) ?? field.examples ?? [plainest];
      lines.push(`${lead}${key}: ${typeof example === "string" ? JSON.stringify(example) : example}`);
    }
  }
}
lines.push(firstLine, "models:");
write(resolve(schema.properties.models.items), 4, "", "  - ");

// ---- the questions

const failures = [];
async function open(uri, text) {
  const diagnostics = new Promise((taken) => published.set(uri, taken));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  return diagnostics;
}
const uriOf = (name) => catalogUri.replace(/models\.yaml$/, name);

await request("initialize", {
  processId: process.pid, rootUri: null,
  capabilities: {
    textDocument: { hover: { contentFormat: ["markdown"] }, completion: { completionItem: { snippetSupport: true } },
                    publishDiagnostics: {} },
    workspace: { configuration: true },
  },
});
send({ method: "initialized", params: {} });
send({ method: "workspace/didChangeConfiguration", params: { settings: {} } });

const full = uriOf("all-fields.yaml");
const complaints = await open(full, lines.join("\n") + "\n");
for (const found of complaints) failures.push(`a correct document: line ${found.range.start.line + 1}: ${found.message}`);

const plain = (text) => text.replace(/[\\`*_]/g, "").replace(/&nbsp;/g, " ").replace(/\s+/g, " ").trim();
for (const field of fields) {
  if (!field.title || !field.description) {
    failures.push(`${field.label}: the schema gives it no title or no description`);
    continue;
  }
  const hover = await request("textDocument/hover", {
    textDocument: { uri: full }, position: { line: field.line, character: field.column + 1 },
  });
  const text = plain(hover?.contents?.value ?? "");
  if (![field.description, field.alternative].some((known) => known && text.includes(plain(known)))) failures.push(`${field.label}: hovering shows ${JSON.stringify(text.slice(0, 120))}`);
}

// Completion of keys: each object of the document, with all of its keys taken away but one.
let completed = 0;
for (const node of new Set(fields.map((field) => field.of))) {
  const own = fields.filter((field) => field.of === node);
  const [first] = own;
  const inside = new RegExp(`^ {${first.column},}\\S|^\\s*$`);
  let end = first.line + 1;
  while (end < lines.length && inside.test(lines[end])) ++end;
  // The first key stays with what is below it; after it stands an empty line of the same depth.
  let keep = first.line + 1;
  while (keep < end && lines[keep].startsWith(" ".repeat(first.column + 1))) ++keep;
  const text = [...lines.slice(0, keep), " ".repeat(first.column), ...lines.slice(end)].join("\n") + "\n";
  const uri = uriOf(`completion-${completed++}.yaml`);
  await open(uri, text);
  const answer = await request("textDocument/completion", {
    textDocument: { uri }, position: { line: keep, character: first.column },
  });
  const offered = new Set((answer.items ?? answer).map((item) => item.label));
  for (const field of own.slice(1)) {
    const key = field.label.split(".").pop();
    if (!offered.has(key)) failures.push(`${field.label}: not offered as a key`);
  }
}

// Completion of values and a wrong value.
for (const field of fields) {
  const words = wordsOf(resolve(field.of.properties[field.label.split(".").pop()]));
  if (!words) continue;
  const text = lines.map((line, number) => (number === field.line ? line.replace(/: .*/, ": ") : line)).join("\n") + "\n";
  const uri = uriOf(`values-${completed++}.yaml`);
  await open(uri, text);
  const answer = await request("textDocument/completion", {
    textDocument: { uri }, position: { line: field.line, character: text.split("\n")[field.line].length },
  });
  const offered = new Set((answer.items ?? answer).map((item) => item.label.replace(/"/g, "")));
  for (const word of words) if (!offered.has(String(word))) failures.push(`${field.label}: \`${word}\` is not offered`);
}
const type = fields.find((field) => field.label === "type");
const wrong = lines.map((line, number) => (number === type.line ? "    type: instrct" : line)).join("\n") + "\n";
const found = await open(uriOf("wrong.yaml"), wrong);
if (!found.some((one) => one.range.start.line === type.line)) failures.push("a wrong value of `type` is not reported");

await request("shutdown", null);
send({ method: "exit" });
for (const failure of failures) console.log(failure);
console.log(`${fields.length} fields, ${failures.length} failures`);
process.exit(failures.length === 0 && fields.length > 60 ? 0 : 1);
