// What the browser test of the pages stands on: programs, checks of one page.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.ASSAY_NODE_MODULES, "x"));
const { chromium } = require("playwright-core");
const { HtmlValidate } = require("html-validate");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
// long-title counts "&quot;" as six characters; checkHtml counts what readers see.
const validator = new HtmlValidate({ extends: ["html-validate:recommended"], rules: { "long-title": "off" } });
const longestTitle = 70;

let checks = 0;
const failures = [];
export function check(holds, what) {
  checks += 1;
  if (!holds) {
    failures.push(what);
    console.log("FAILED: " + what);
  }
}
export function report() {
  console.log(`${checks} checks, ${failures.length} failed`);
  return failures.length === 0 && checks > 100 ? 0 : 1;
}

export async function launch() {
  const found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  const program = process.env.ASSAY_CHROMIUM || found;
  if (!program) {
    console.log("SKIPPED: there is no chromium (apt-get install chromium), so no page was opened in a browser");
    process.exit(77);
  }
  return chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}

export function run(program, words, cwd) {
  return execFileSync(program, words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

export async function checkHtml(name, html) {
  const result = await validator.validateString(html);
  const messages = result.results.flatMap((each) => each.messages);
  const first = messages[0];
  check(messages.length === 0, `${name}: ${messages.length} errors of HTML, first ${first?.ruleId} in line ${first?.line}: ${first?.message}`);
  const title = html.match(/<title>(.*?)<\/title>/s)?.[1].replace(/&#?\w+;/g, "x") ?? "";
  check(title.length > 0 && title.length <= longestTitle, `${name}: a title of ${title.length} characters`);
  const bytes = Buffer.byteLength(html);
  check(bytes < 100_000, `${name}: ${bytes} bytes`);
}

// A page as a reader has it; fails the test for scripts that break and for requests to others.
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1100, height: 900 },
    colorScheme: options.dark ? "dark" : "light",
    javaScriptEnabled: options.script ?? true,
    bypassCSP: options.axe ?? false,
  });
  const page = await context.newPage();
  const origin = new URL(address).origin;
  page.on("pageerror", (error) => check(false, `${address}: script error ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !options.expectError) check(false, `${address}: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    check(false, `${address}: a dialog opened`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const from = new URL(request.url());
    check(from.protocol === "file:" || from.origin === origin, `${address}: asks ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

// All rules, or with `rules` only these.
export async function checkAccess(page, name, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  // Only violations are read, so axe need not describe what passes.
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = await page.evaluate((chosen) => globalThis.axe.run(chosen), options);
  for (const each of violations) check(false, `${name}: axe ${each.id}: ${each.nodes[0].html.slice(0, 160)}`);
  check(violations.length === 0, `${name}: ${violations.length} violations of accessibility`);
}

export async function checkWidth(page, name) {
  const [wide, inside] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  check(wide <= inside, `${name}: ${wide} pixels wide on a screen of ${inside}`);
}

// Does `work` for every item, two at a time: a page waits for its browser and its server in turn.
export async function inPairs(items, work) {
  const left = [...items];
  const worker = async () => {
    while (left.length > 0) await work(left.shift());
  };
  await Promise.all([worker(), worker()]);
}

export function folderOf(...parts) {
  const folder = path.join(...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}
