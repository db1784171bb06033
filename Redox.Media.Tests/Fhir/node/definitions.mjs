// Takes the definitions that the rules of Media need out of the npm package "fhir", which carries HL7's own, and prints them:
//   npm ci && node definitions.mjs > ../../Samples/Fhir/r4-definitions.json
import { readFileSync } from "node:fs";

const read = name => JSON.parse(readFileSync(new URL(`./node_modules/fhir/profiles/${name}.json`, import.meta.url), "utf8"));
const definitions = read("types"), valueSets = read("valuesets");
const valueSetBase = "http://hl7.org/fhir/ValueSet/", profileBase = "http://hl7.org/fhir/StructureDefinition/";
const types = {}, codes = {};

function codesOf(name) {
  return valueSets[valueSetBase + name]?.systems.flatMap(system => system.codes.map(code => code.code));
}

// A name that begins with "_" is the place of a primitive's extensions: the JSON form of every primitive, no element of its own.
function take(type, properties) {
  const elements = new Map();
  for (const property of properties.filter(property => !property._name.startsWith("_"))) {
    const choice = property._choice?.replace("[x]", "");
    const name = choice ? `${choice}[x]` : property._name;
    const inner = property._properties?.length ? `${type}.${property._name}` : null;
    const element = elements.get(name) ?? { name, min: property._required ? 1 : 0, many: property._multiple, types: [] };
    element.types.push(inner ?? property._type);
    if (property._targetProfiles) {
      element.targets = [...new Set(property._targetProfiles.map(profile => profile.replace(profileBase, "")))];
    }

    if (property._valueSetStrength === "required") {
      const valueSet = property._valueSet.replace(valueSetBase, "").split("|")[0];
      element.codes = valueSet;
      codes[valueSet] = codesOf(valueSet) ?? null;
    }

    elements.set(name, element);
    if (inner) {
      take(inner, property._properties);
    } else if (/^[A-Z]/.test(property._type) && property._type !== "Resource" && !types[property._type]) {
      types[property._type] = [];
      take(property._type, definitions[property._type]._properties);
    }
  }

  types[type] = [...elements.values()];
}

take("Media", definitions.Media._properties);
take("DomainResource", definitions.DomainResource._properties);
take("Element", definitions.Element._properties);

const lines = (object, write) => Object.keys(object).sort().map(key => `    ${JSON.stringify(key)}: ${write(object[key])}`).join(",\n");
console.log(`{
  "source": "HL7 FHIR R4 (4.0.1), definitions and value sets, as in the npm package fhir 4.12.0; see README.md",
  "types": {
${lines(types, elements => `[\n${elements.map(element => `      ${JSON.stringify(element)}`).join(",\n")}\n    ]`)}
  },
  "valueSets": {
${lines(codes, list => JSON.stringify(list))}
  },
  "resourceTypes": ${JSON.stringify(codesOf("resource-types"))}
}`);
