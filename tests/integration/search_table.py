# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal's table of search parameters beside FHIR's own SearchParameters and StructureDefinitions."""
import os
import re

from portal import SOURCE

TABLE = os.path.join(SOURCE, 'src', 'server', 'store', 'portal-params.c')
ROW = re.compile(r'\{\s*"(\w+)",\s*"([\w-]+)",\s*PORTAL_KIND_(\w+),\s*((?:"[^"]*"\s*)+),\s*(NULL|(?:"[^"]*"\s*)+)\s*\}')
# The types of an element that a kind of search can compare (R4 §3.1.1.4): of a choice only those are looked at
COMPARED = {
    'date': {'date', 'dateTime', 'instant', 'Period', 'Timing'},
    'token': {'code', 'boolean', 'Coding', 'CodeableConcept', 'Identifier', 'ContactPoint'},
    'quantity': {'Quantity', 'Age', 'Count', 'Distance', 'Duration', 'Money'},
    'reference': {'Reference', 'canonical'},
    'string': {'string', 'markdown', 'HumanName', 'Address'},
}


def joined(literals):
    return ''.join(re.findall(r'"([^"]*)"', literals))


def rows():
    with open(TABLE, encoding='utf-8') as file:
        source = file.read()
    source = source[source.index('params[] = {'):source.index('\n};')]
    found = [(name, code, kind, joined(paths).split('|'), None if targets == 'NULL' else set(joined(targets).split('|')))
             for name, code, kind, paths, targets in ROW.findall(source)]
    assert len(found) == source.count('PORTAL_KIND_'), 'a row of the table that is written in another way'
    return found


class Definitions:
    def __init__(self, read):
        self.elements = {}
        for resource in resources(read('profiles-resources.json'), 'StructureDefinition'):
            for element in resource['snapshot']['element']:
                self.elements.setdefault(element['path'], element)
        for resource in resources(read('profiles-types.json'), 'StructureDefinition'):
            for element in resource['snapshot']['element']:
                self.elements.setdefault(element['path'], element)
        self.params = {}
        for name in ('search-parameters.json', 'search-parameters-uscore.json'):
            for resource in resources(read(name), 'SearchParameter'):
                for base in resource['base']:
                    self.params.setdefault((base, resource['code']), resource)

    def element(self, path):
        """The definition of a path, through data types and choices."""
        if path in self.elements:
            return self.elements[path]
        if path + '[x]' in self.elements:
            return self.elements[path + '[x]']
        stem, _, last = path.rpartition('.')
        holder = self.element(stem) if '.' in stem else None
        return self.element(f'{holder["type"][0]["code"]}.{last}') if holder else None

    def paths(self, name, code):
        """What a SearchParameter's expression looks at, as the table writes it: {path: types}"""
        found = {}
        for part in self.params[name, code]['expression'].split(' | '):
            part = part.strip().strip('()')
            if not re.match(name + r'\b', part):
                continue
            extension = re.search(r"extension\.where\(url ?= ?'([^']+)'", part)
            if extension:
                found[extension[1]] = set()
                continue
            part = re.sub(r'\.where\(resolve\(\) is \w+\)?', '', part)
            cast = re.match(r'(.*?)(?:\.as\((\w+)\)?| as (\w+))$', part)
            path, only = (cast[1], cast[2] or cast[3]) if cast else (part, None)
            element = self.element(path)
            assert element, f'{name}?{code}: {part} is no element'
            types = [one['code'] for one in element['type']]
            if not element['path'].endswith('[x]'):
                found[path.split('.', 1)[1]] = set(types)
                continue
            for one in types:
                if one == only or (not only and one in COMPARED[self.params[name, code]['type']]):
                    found[path.split('.', 1)[1] + one[0].upper() + one[1:]] = {one}
        return found

    def targets(self, name, paths):
        """The types that the elements themselves may point at."""
        found = set()
        for path in paths:
            element = self.element(f'{name}.{path}') or self.element(f'{name}.{path.removesuffix("Reference")}')
            for one in element['type'] if element else []:
                found |= {profile.split('/')[-1] for profile in one.get('targetProfile', [])}
        return found


def resources(bundle, kind):
    return [entry['resource'] for entry in bundle['entry'] if entry['resource']['resourceType'] == kind]


def differences(read):
    """What of the table is not as FHIR says: a line each."""
    definitions = Definitions(read)
    said = []
    for name, code, kind, paths, targets in rows():
        param = definitions.params.get((name, code))
        where = f'{name}?{code}'
        if not param:
            said.append(f'{where}: neither R4 nor US Core has it')
            continue
        if param['type'] != {'CODE': 'token'}.get(kind, kind.lower()):
            said.append(f'{where}: {kind}, not {param["type"]}')
        wanted = {path: types for path, types in definitions.paths(name, code).items()
                  if not types or types & COMPARED[param['type']]}
        if set(paths) != set(wanted):
            said.append(f'{where}: looks at {sorted(paths)}, not at {sorted(wanted)}')
        codes = {'code' in types for types in wanted.values() if types}
        if codes == {True} and kind != 'CODE' or codes == {False} and kind == 'CODE':
            said.append(f'{where}: {kind}, where the element is {wanted}')
        if targets is not None:
            allowed = set(param.get('target', []))
            needed = allowed & definitions.targets(name, paths)
            if not needed <= targets <= allowed:
                said.append(f'{where}: points at {sorted(targets)}, not at {sorted(needed)}')
    return said
