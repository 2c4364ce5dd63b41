// SPDX-License-Identifier: MIT
// peer-fetch.mjs BASE ITEMS CONCURRENCY: what a good user of Node's fetch would write for the job.
// A worker a connection, input read as it is needed, one NDJSON line a result, output buffered.
import { createReadStream, writeSync } from "node:fs";
import { createInterface } from "node:readline";

const [base, path, width] = process.argv.slice(2);
const lines = createInterface({ input: createReadStream(path) })[Symbol.asyncIterator]();
let index = 0;
let out = "";

function write(result) {
  out += JSON.stringify(result) + "\n";
  if (out.length > 65536) flush();
}

function flush() {
  let data = Buffer.from(out);
  while (data.length) data = data.subarray(writeSync(1, data));
  out = "";
}

async function work() {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return;
    const at = index++;
    try {
      const answer = await fetch(`${base}/users/${JSON.parse(value).id}`);
      write({ index: at, success: answer.ok, status: answer.status, data: await answer.json() });
    } catch (error) {
      write({ index: at, success: false, error: String(error.cause ?? error) });
    }
  }
}

await Promise.all(Array.from({ length: Number(width) }, work));
flush();
