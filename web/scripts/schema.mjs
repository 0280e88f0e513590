/**
 * Generates src/api/schema.d.ts from the server's OpenAPI document; with `--check`, fails when it is not current.
 * Only the schemas are of use to the console, so the operations' ids are left out.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const document = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
const output = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));

for (const operations of Object.values(document.paths)) {
  for (const operation of Object.values(operations)) delete operation.operationId;
}
const text = `// Generated from docs/openapi.json by "npm run schema". Do not edit.\n\n${astToString(await openapi(document))}`;
if (process.argv.includes("--check")) {
  const present = existsSync(output) ? readFileSync(output, "utf8") : "";
  if (present !== text) {
    process.stderr.write("src/api/schema.d.ts is not what docs/openapi.json gives. Run: npm run schema\n");
    process.exit(1);
  }
} else writeFileSync(output, text);
