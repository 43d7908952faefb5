import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { runCommand } from '../package/run-command';
import { cacheFolder, fingerprint } from './cache';
import type { Suite } from './recipes';

// A root is a folder with the unpacked packages of a Debian release in it. Nothing is installed on this machine and no
// script of a package runs: programs are started in the root by `spawnInRoot`.

/** What programs and the scripts that start them expect to find. */
const EVERYWHERE = ['base-files', 'libc-bin', 'dash', 'coreutils', 'sed', 'tzdata'];
/** From the Debian package debian-archive-keyring; it verifies releases newer than the machine's own. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Since `/usr` is merged, packages count on them; an installer makes them. */
const MERGED = ['bin', 'lib', 'lib64', 'sbin'];
/** The only user in a root; servers refuse to run as root. */
const USER_ID = 1000;

/** @returns the root's folder: from the cache, or made now */
export async function prepareRoot(suite: Suite, packages: readonly string[]): Promise<string> {
  const wanted = [...EVERYWHERE, ...packages];
  const root = path.join(cacheFolder('roots'), `${suite}-${fingerprint(...wanted)}`);
  if (existsSync(root)) return root;
  const unfinished = `${root}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const name of MERGED) {
    mkdirSync(path.join(unfinished, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, path.join(unfinished, name));
  }
  for (const archive of await downloadPackages(suite, wanted)) {
    await runCommand('dpkg-deb', ['--extract', archive, unfinished], unfinished);
  }
  for (const name of ['dev', 'proc', 'srv', 'opt', 'tmp', 'etc']) {
    mkdirSync(path.join(unfinished, name), { recursive: true });
  }
  writeFileSync(path.join(unfinished, 'etc/passwd'), `server:x:${USER_ID}:${USER_ID}::/srv:/bin/sh\n`);
  writeFileSync(path.join(unfinished, 'etc/group'), `server:x:${USER_ID}:\n`);
  writeFileSync(path.join(unfinished, 'etc/hosts'), '127.0.0.1 localhost\n');
  renameSync(unfinished, root);
  return root;
}

export interface Mounts {
  /** The root sees it as `/srv`, and may write there. */
  srv: string;
  /** The root sees it as `/opt`. */
  opt?: string;
}

// Mounts and user are seen by this one process tree and are gone with it. Root is mapped to an ordinary user, and whoever
// is no root here needs no rights but that of making a user namespace.
const ENTER = `
set -e
mount --rbind /dev "$1/dev"
mount --rbind /proc "$1/proc"
mount --bind "$2" "$1/srv"
mount --bind "$3" "$1/opt"
root=$1
shift 3
exec unshare --user --map-user=${USER_ID} --map-group=${USER_ID} --root="$root" --wd=/srv "$@"
`;

/** Starts a program of the root, as an ordinary user of it; signals to the child are signals to the program. */
export function spawnInRoot(root: string, { srv, opt = srv }: Mounts, command: readonly string[]): ChildProcess {
  const enter = ['--user', '--map-root-user', '--mount', 'sh', '-c', ENTER, 'sh', root, srv, opt];
  return spawn('unshare', [...enter, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Downloads packages with all that they depend on, past this machine's own package lists. @returns the files */
async function downloadPackages(suite: Suite, packages: readonly string[]): Promise<string[]> {
  const folder = cacheFolder('apt', `${suite}-${fingerprint(...packages)}`);
  rmSync(folder, { recursive: true, force: true });
  const archives = path.join(folder, 'cache', 'archives');
  mkdirSync(path.join(archives, 'partial'), { recursive: true });
  mkdirSync(path.join(folder, 'state', 'lists', 'partial'), { recursive: true });
  // Empty: what is installed on this machine is not there in the root.
  writeFileSync(path.join(folder, 'status'), '');
  writeFileSync(path.join(folder, 'sources'), `deb [signed-by=${KEYRING}] ${await debianMirror()} ${suite} main\n`);
  const settings = {
    'Dir::Etc::SourceList': path.join(folder, 'sources'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State': path.join(folder, 'state'),
    'Dir::State::Status': path.join(folder, 'status'),
    'Dir::Cache': path.join(folder, 'cache'),
    'Acquire::Languages': 'none',
    // apt's own user may not read this folder.
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await runCommand('apt-get', [...options, 'update'], folder);
  const install = ['--download-only', '--yes', '--no-install-recommends', 'install', ...packages];
  await runCommand('apt-get', [...options, ...install], folder);
  return readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => path.join(archives, name));
}

/** @returns the address from which this machine has its own Debian release */
async function debianMirror(): Promise<string> {
  const codename = /^VERSION_CODENAME=(.+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const targets = await runCommand('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], '/');
  const own = targets.split('\n').find((line) => line.endsWith(` ${codename} main`));
  if (!own) throw new Error(`The databases come from Debian packages, but apt names no source of "${codename} main".`);
  return own.split(' ')[0];
}
