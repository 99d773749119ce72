// Packs a release: the site (dist/), the published server configurations, the page about hosting and the licences, into one archive that a web server
// unpacks, with its checksum beside it. The same files give the same bytes: names in order, the commit's time, nobody's name.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commitTime, packageVersion } from "./version.mjs";

const name = `gantry-${packageVersion()}`;
const out = join("target", "package");
const folder = join(out, name);
rmSync(out, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync("dist", join(folder, "site"), { recursive: true });
cpSync("hosting", join(folder, "hosting"), { recursive: true });
for (const file of ["docs/hosting.md", "LICENSE", "LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md"]) cpSync(file, join(folder, file.replace("docs/", "")));
const archive = `${name}.tar.gz`;
execFileSync(
  "bash",
  ["-euo", "pipefail", "-c", `tar --sort=name --mtime="@$1" --owner=0 --group=0 --numeric-owner --mode=u+rw,go+r,go-w,a+X --format=ustar -cf - "$2" | gzip -9 -n > "$3"`, "pack", String(commitTime()), name, archive],
  { cwd: out, stdio: "inherit" },
);
const sum = createHash("sha256").update(readFileSync(join(out, archive))).digest("hex");
writeFileSync(join(out, `${archive}.sha256`), `${sum}  ${archive}\n`);
console.log(`package: ${join(out, archive)}, sha256 ${sum}`);
