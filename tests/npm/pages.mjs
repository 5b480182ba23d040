// The pages in a real browser: pages.mjs SOURCE_DIR ASSAY FIXTURE FOLDER. Screenshots stay in FOLDER/screens.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { check, checkAccess, checkHtml, checkWidth, folderOf, inPairs, launch, open, report, run } from "./pages_support.mjs";
import { serve } from "./serve.mjs";

const [source, assay, fixture, folder] = process.argv.slice(2);
const browser = await launch();
rmSync(folder, { recursive: true, force: true });
const screens = folderOf(folder, "screens");
const shot = (page, name, fullPage = true) => page.screenshot({ path: path.join(screens, name + ".png"), fullPage });

// The catalog of the project with the recorded answers, and made-up ones with every verdict.
const catalog = path.join(source, "data/models.yaml");
const sampleDb = path.join(folder, "sample.db");
try {
  run(assay, ["audit", "--catalog", catalog, "--db", sampleDb, "--replay", path.join(source, "data/sample/hub.json")], folder);
} catch (error) {
  if (error.status !== 1) throw error; // 1: it found something
}
run(fixture, [folder], folder);
const sample = await serve(assay, folder, catalog, sampleDb);
const verdicts = await serve(assay, folder, path.join(folder, "verdicts.yaml"), path.join(folder, "verdicts.db"));
const hostile = await serve(assay, folder, path.join(folder, "hostile.yaml"), path.join(folder, "hostile.db"));
const empty = await serve(assay, folder, path.join(folder, "empty.yaml"), path.join(folder, "empty.db"));
const llama = "/models/llama-3-2-3b-instruct";

// Every kind of page: valid, small, of strict policy, accessible, without sideways scrolling.
async function everyKind() {
  const kinds = [
    [sample, "/", "models"],
    [sample, "/?family=llama&sort=-params&q=", "models-filtered"],
    [sample, llama, "llama"],
    [sample, "/runs", "runs"],
    [sample, "/runs/1", "run"],
    [sample, "/verdicts", "verdicts"],
    [sample, "/rules", "rules"],
    [verdicts, "/models/every-verdict", "every-verdict"],
    [verdicts, "/models/never-audited", "never-audited"],
    [empty, "/", "empty-models"],
    [empty, "/models/every-verdict", "empty-model"],
    [empty, "/runs", "empty-runs"],
  ];
  if ((await fetch(sample.origin + "/changes")).ok) kinds.push([sample, "/changes", "changes"], [verdicts, "/changes", "changes-verdicts"], [empty, "/changes", "empty-changes"]);
  await inPairs(kinds, async ([server, address, name]) => {
    const answer = await fetch(server.origin + address);
    check(answer.status === 200, `${name}: status ${answer.status}`);
    const policy = answer.headers.get("content-security-policy") ?? "";
    check(policy.includes("default-src 'none'") && !policy.includes("unsafe"), `${name}: policy ${policy}`);
    await checkHtml(name, await answer.text());
    const page = await open(browser, server.origin + address, { axe: true });
    await checkAccess(page, name);
    await checkWidth(page, name);
    await shot(page, name);
    await page.setViewportSize({ width: 768, height: 900 });
    await checkWidth(page, name + "-tablet");
    // The same page again, dark and narrow: what axe says of names and structure cannot change.
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 320, height: 900 });
    await checkAccess(page, name + "-dark-narrow", ["color-contrast", "target-size", "scrollable-region-focusable"]);
    await checkWidth(page, name + "-dark-narrow");
    await shot(page, name + "-dark-narrow");
    await page.context().close();
  });
  await checkHtml("not found", await (await fetch(sample.origin + "/nothing")).text());
}

async function listOfModels() {
  const page = await open(browser, sample.origin + "/");
  const names = () => page.locator("tbody tr:visible th").allTextContents();
  const all = (await names()).length;
  check(all > 20, `${all} models are listed`);
  await page.getByRole("link", { name: "Size" }).click();
  const sizes = await page.locator("tbody td[data-title=Size]").evaluateAll((all) => all.map((each) => Number(each.dataset.sort)));
  check(sizes[0] > 1e11 && sizes.every((size, i) => i === 0 || sizes[i - 1] >= size), "the largest model is first");
  check((await page.locator("th[aria-sort]").getAttribute("aria-sort")) === "descending", "the order is told to readers");
  await page.getByLabel("Family").selectOption("llama");
  const llamas = await names();
  check(llamas.length > 3 && llamas.length < all && llamas.every((name) => /llama/i.test(name)), "the family is filtered");
  await page.getByLabel("Search").fill("3.2 3b");
  check((await names()).length === 1, "the search narrows further");
  check((await page.locator("#found").textContent()).startsWith("1 of "), "the number found is told");
  check(page.url().includes("family=llama") && page.url().includes("sort=-params"), "the address says what is shown");
  await page.reload();
  check((await names()).length >= 1 && /family=llama/.test(page.url()), "the address brings it back");
  await page.locator("tbody a").first().click();
  check(page.url().includes("/models/llama"), "a row leads to its model");
  await page.context().close();

  const narrow = await open(browser, sample.origin + "/", { width: 320 });
  await narrow.getByLabel("Order").selectOption("-params");
  const first = await narrow.locator("tbody td[data-title=Size]").first().getAttribute("data-sort");
  check(Number(first) > 1e11 && narrow.url().includes("sort=-params"), "a narrow screen can be sorted");
  await narrow.context().close();

  const plain = await open(browser, sample.origin + "/", { script: false });
  await plain.getByRole("link", { name: "Size" }).click();
  check((await plain.locator("th[aria-sort]").getAttribute("aria-sort")) === "descending", "sorting works without JavaScript");
  await plain.getByLabel("Family").selectOption("llama");
  await plain.getByRole("button", { name: "Show" }).click();
  check((await plain.locator("tbody tr").count()) === llamas.length, "filtering works without JavaScript");
  await plain.context().close();
}

async function evidenceOfALabel() {
  for (const script of [true, false]) {
    const page = await open(browser, sample.origin + llama, { script });
    const mark = page.locator("#quantizations details.contradicted");
    check(!(await mark.locator(".panel").isVisible()), "a verdict is closed at first");
    await mark.locator("summary").focus();
    await page.keyboard.press("Enter");
    const panel = mark.locator(".panel");
    check(await panel.isVisible(), "a verdict opens with the keyboard");
    const text = await panel.textContent();
    for (const word of ["Claimed", "gptq", "Observed", "none of the", "2026-08-21"]) check(text.includes(word), `the evidence says ${word}`);
    if (script) await shot(page, "llama-open", false);
    const address = await panel.getByRole("link", { name: "evidence" }).first().getAttribute("href");
    const stored = await fetch(new URL(address, page.url()));
    check(stored.ok && (await stored.json()).data.url.startsWith("https://huggingface.co/"), "the evidence link leads to the exchange");
    if (script) {
      await page.keyboard.press("Escape");
      check(!(await panel.isVisible()), "Escape closes it");
    }
    const cited = await page.locator("#sources a").first().getAttribute("href");
    check(cited === "https://ai.meta.com/blog/llama-3-2-connect-2024-vision-edge-mobile-devices/", `the source leads to ${cited}`);
    const witness = await page.locator("#quantizations .pairs dd a").first().getAttribute("href");
    check(witness.startsWith("https://huggingface.co/unsloth/"), `the witness leads to ${witness}`);
    await page.context().close();
  }
  const page = await open(browser, verdicts.origin + "/models/every-verdict");
  const shown = new Set(await page.locator("details.mark summary .v").allTextContents());
  check(shown.size === 9, `${shown.size} of 9 verdicts are shown`);
  for (const section of ["cost", "architecture", "specs", "benchmarks", "quantizations", "innovations", "sources", "trail"]) {
    check(await page.locator(`section#${section}`).isVisible(), `there is a section ${section}`);
  }
  await page.context().close();
}

async function darkAndPaper() {
  const light = await open(browser, sample.origin + llama);
  const dark = await open(browser, sample.origin + llama, { dark: true });
  const back = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)[0]);
  check((await back(light)) > 200 && (await back(dark)) < 60, "light is light and dark is dark");
  await light.emulateMedia({ media: "print" });
  check(!(await light.locator(".top nav").isVisible()), "paper has no navigation");
  check(await light.locator("#specs").isVisible(), "paper has the specs");
  await shot(light, "llama-paper");
  await light.context().close();
  await dark.context().close();
}

async function hostileCatalog() {
  const slugs = (await (await fetch(hostile.origin + "/api/v1/models")).json()).data.map((each) => each.slug);
  check(slugs.length >= 8, `${slugs.length} hostile entries`);
  await inPairs(["/", "/runs", "/runs/1", "/runs/2", ...slugs.map((slug) => "/models/" + slug)], async (address) => {
    await checkHtml("hostile " + address, await (await fetch(hostile.origin + address)).text());
    const page = await open(browser, hostile.origin + address, { width: 320 });
    check((await page.evaluate(() => window.hacked)) === undefined, `hostile ${address}: no script ran`);
    await checkWidth(page, "hostile " + address);
    const links = await page.locator("a").evaluateAll((all) => all.map((each) => each.protocol));
    check(links.every((protocol) => ["http:", "https:"].includes(protocol)), `hostile ${address}: only web links`);
    if (address.includes("hostile-")) await shot(page, "hostile" + address.replaceAll("/", "-"));
    await page.setViewportSize({ width: 1100, height: 900 });
    await checkWidth(page, "hostile, wide " + address);
    await page.context().close();
  });
}

async function exportedFolder() {
  const out = path.join(folder, "out");
  run(assay, ["export", out, "--catalog", catalog, "--db", sampleDb], folder);
  for (const name of ["index.html", "verdicts/index.html", "runs/1/index.html", "models/llama-3-2-3b-instruct/index.html"]) {
    await checkHtml("exported " + name, readFileSync(path.join(out, name), "utf8"));
  }
  const models = readdirSync(path.join(out, "models"));
  for (const slug of models) {
    const bytes = readFileSync(path.join(out, "models", slug, "index.html")).length;
    check(bytes < 100_000, `${slug}: ${bytes} bytes`);
  }
  const page = await open(browser, pathToFileURL(path.join(out, "index.html")).href);
  await page.getByRole("button", { name: "Size" }).click();
  await page.getByLabel("Family").selectOption("llama");
  check((await page.locator("tbody tr:visible").count()) < models.length, "a folder is filtered without a server");
  await page.locator("tbody tr:visible a").first().click();
  check((await page.locator("h1").textContent()).includes("Llama"), "a folder leads to its models");
  await page.locator("details.mark summary").first().click();
  check(await page.locator("details.mark .panel").first().isVisible(), "a verdict opens in a folder");
  await page.context().close();
}

try {
  for (const part of [everyKind, listOfModels, evidenceOfALabel, darkAndPaper, hostileCatalog, exportedFolder]) {
    const begun = Date.now();
    await part();
    console.log(`${part.name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  }
} finally {
  for (const server of [sample, verdicts, hostile, empty]) server.stop();
  await browser.close();
}
process.exit(report());
