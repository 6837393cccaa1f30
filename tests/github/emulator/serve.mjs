// An emulator of GitHub by somebody else (npm `emulate`), on a free port of the loopback interface, gone with its standard
// input. Its first line tells the address. Then it makes a request for each line, {"method", "path", "body"}, and answers
// with a line, {"status", "body"}.
//
//   node serve.mjs PATH/TO/emulate/dist/api.js
import net from "node:net";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// It would listen on all interfaces.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, { port, host: "127.0.0.1" }, ...rest.filter((one) => typeof one === "function"));
};

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.listen(0, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const { createEmulator } = await import(pathToFileURL(process.argv[2]).href);
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
await createEmulator({
  service: "github",
  port,
  baseUrl: url,
  seed: {
    tokens: {
      owner: { login: "shop", scopes: ["repo"] },
      job: { login: "github-actions[bot]", scopes: ["repo"] },
    },
    github: {
      users: [{ login: "shop" }, { login: "github-actions[bot]" }],
      repos: [{ owner: "shop", name: "orders", auto_init: false }],
    },
  },
});
console.log(url);
for await (const line of createInterface({ input: process.stdin })) {
  const { method, path, body } = JSON.parse(line);
  const reply = await fetch(url + path, {
    method,
    headers: { authorization: "Bearer owner", "content-type": "application/json" },
    body: body === null ? undefined : JSON.stringify(body),
  });
  const text = await reply.text();
  console.log(JSON.stringify({ status: reply.status, body: text ? JSON.parse(text) : null }));
}
process.exit(0);
