import { spawn } from "node:child_process";

// Runs `assay serve` until stop() is called.
export async function serve(assay, cwd, catalog, db) {
  const server = spawn(assay, ["serve", "--catalog", catalog, "--db", db, "--listen", "127.0.0.1:0"], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  const origin = await new Promise((resolve, reject) => {
    server.stderr.on("data", (bytes) => {
      told += bytes;
      const at = told.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (at) resolve(at[0]);
    });
    server.on("exit", () => reject(new Error("assay serve ended: " + told)));
  });
  return { origin, stop: () => server.kill("SIGTERM") };
}
