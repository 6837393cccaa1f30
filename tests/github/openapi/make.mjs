// Makes the parts of what GitHub publishes about its APIs that the tests hold requests and replies against:
// description.json of the REST API, schema.graphql of the GraphQL API. To refresh them, in this directory:
//
//   npm install --no-save @octokit/openapi@23 @octokit/graphql-schema@15 && node make.mjs
//
// The payloads of events stand below x-events. What is dropped: whatever is not listed here, texts, examples and GitHub's extensions. What is changed: OpenAPI 3.0
// becomes 3.1, so that schemas are plain JSON Schema (`nullable` becomes a type or an alternative).
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { schema } from "@octokit/graphql-schema";
import { parse, print } from "graphql";

const OPERATIONS = [
  "checks/create",
  "checks/get",
  "checks/list-annotations",
  "checks/update",
  "git/get-tree",
  "issues/create",
  "issues/create-comment",
  "issues/delete-comment",
  "issues/get",
  "issues/get-comment",
  "issues/list-comments",
  "issues/list-for-repo",
  "issues/update",
  "issues/update-comment",
  "pulls/create-review",
  "pulls/get",
  "pulls/get-review-comment",
  "pulls/list",
  "pulls/list-files",
  "pulls/list-review-comments",
  "pulls/list-reviews",
  "pulls/update-review-comment",
  "repos/compare-commits-with-basehead",
  "repos/create-commit-status",
  "repos/create-deployment",
  "repos/create-deployment-status",
  "repos/download-tarball-archive",
  "repos/get",
  "repos/get-content",
  "repos/get-deployment",
  "repos/list-commit-statuses-for-ref",
  "repos/list-deployment-statuses",
  "repos/list-deployments",
  "repos/list-pull-requests-associated-with-commit",
];

// Events that tests start workflows with.
const EVENTS = [
  "merge-group-checks-requested",
  "pull-request-closed",
  "pull-request-edited",
  "pull-request-opened",
  "pull-request-synchronize",
  "push",
  "workflow-dispatch",
];

// Types of the GraphQL API with their fields; enums and inputs are taken whole.
const TYPES = {
  Query: ["viewer", "repository", "node"],
  Mutation: ["resolveReviewThread", "minimizeComment"],
  Node: ["id"],
  Actor: ["login", "url"],
  User: ["id", "databaseId", "login", "url"],
  Bot: ["id", "databaseId", "login", "url"],
  Repository: ["id", "databaseId", "name", "nameWithOwner", "pullRequest", "url"],
  PullRequest: ["id", "fullDatabaseId", "number", "headRefOid", "reviewThreads", "comments", "state", "title", "locked", "url"],
  PageInfo: ["endCursor", "hasNextPage", "hasPreviousPage", "startCursor"],
  PullRequestReviewThreadConnection: ["edges", "nodes", "pageInfo", "totalCount"],
  PullRequestReviewThreadEdge: ["cursor", "node"],
  PullRequestReviewThread: [
    "id", "comments", "diffSide", "isCollapsed", "isOutdated", "isResolved", "line", "originalLine", "path", "resolvedBy",
    "viewerCanReply", "viewerCanResolve",
  ],
  PullRequestReviewCommentConnection: ["edges", "nodes", "pageInfo", "totalCount"],
  PullRequestReviewCommentEdge: ["cursor", "node"],
  PullRequestReviewComment: [
    "id", "author", "body", "createdAt", "databaseId", "fullDatabaseId", "isMinimized", "line", "minimizedReason",
    "originalLine", "outdated", "path", "replyTo", "updatedAt", "url", "viewerCanMinimize", "viewerDidAuthor",
  ],
  IssueCommentConnection: ["edges", "nodes", "pageInfo", "totalCount"],
  IssueCommentEdge: ["cursor", "node"],
  IssueComment: [
    "id", "author", "body", "createdAt", "databaseId", "fullDatabaseId", "isMinimized", "minimizedReason", "updatedAt", "url",
    "viewerCanMinimize", "viewerDidAuthor",
  ],
  Minimizable: ["isMinimized", "minimizedReason", "viewerCanMinimize"],
  ResolveReviewThreadInput: null,
  ResolveReviewThreadPayload: ["clientMutationId", "thread"],
  MinimizeCommentInput: null,
  MinimizeCommentPayload: ["clientMutationId", "minimizedComment"],
  ReportedContentClassifiers: null,
  DiffSide: null,
  PullRequestState: null,
};
const SCALARS = ["BigInt", "DateTime", "GitObjectID", "URI"];

const TEXTS = new Set(["description", "summary", "example", "examples", "title", "externalDocs", "tags", "deprecated"]);
const MAPS = new Set(["properties", "patternProperties", "schemas", "parameters", "responses", "content", "paths", "headers"]);

/// A copy without texts. Below a map of names, every key is a name: a property may well be called `title`.
function strip(value, names = false) {
  if (Array.isArray(value)) return value.map((item) => strip(item));
  if (value === null || typeof value !== "object") return value;
  const kept = {};
  for (const [key, item] of Object.entries(value)) {
    if (!names && (TEXTS.has(key) || key.startsWith("x-") || (key === "default" && typeof item !== "object"))) continue;
    if (!names && key === "enum") kept[key] = item;
    else kept[key] = strip(item, !names && MAPS.has(key) && !Array.isArray(item));
  }
  return names ? kept : modern(kept);
}

/// A schema of OpenAPI 3.0 as one of 3.1.
function modern(schema) {
  const { nullable, ...rest } = schema;
  for (const [bound, exclusive] of [["minimum", "exclusiveMinimum"], ["maximum", "exclusiveMaximum"]]) {
    if (rest[exclusive] === true) {
      rest[exclusive] = rest[bound];
      delete rest[bound];
    }
  }
  if (nullable !== true) return rest;
  const alternatives = ["$ref", "allOf", "anyOf", "oneOf"].some((key) => key in rest);
  if (alternatives) return { anyOf: [rest, { type: "null" }] };
  if (typeof rest.type === "string") rest.type = [rest.type, "null"];
  if (Array.isArray(rest.enum) && !rest.enum.includes(null)) rest.enum = [...rest.enum, null];
  return rest;
}

/// What an operation says that can be checked.
function operation({ operationId, parameters, requestBody, responses }) {
  const json = (body) =>
    Object.fromEntries(Object.entries(body.content ?? {}).filter(([type]) => /json$|^application\/vnd\.github/.test(type)));
  const body = requestBody && { ...requestBody, content: json(requestBody) };
  return { operationId, parameters, requestBody: body, responses };
}

/// The names of components that a value refers to.
function references(value, found) {
  if (value === null || typeof value !== "object") return;
  if (typeof value.$ref === "string") found.add(value.$ref);
  for (const item of Object.values(value)) references(item, found);
}

const file = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
const published = JSON.parse(readFileSync(file, "utf8"));
const paths = {};
const wanted = new Set(OPERATIONS);
for (const [path, methods] of Object.entries(published.paths)) {
  for (const [method, described] of Object.entries(methods)) {
    if (!wanted.delete(described.operationId)) continue;
    const stripped = strip(operation(described));
    stripped.parameters = strip(described.parameters);
    (paths[path] ??= {})[method] = stripped;
  }
}
if (wanted.size > 0) throw new Error(`not in the description: ${[...wanted].join(", ")}`);

const webhooks = {};
for (const event of EVENTS) webhooks[event] = published["x-webhooks"][event].post.requestBody.content["application/json"].schema;

const components = {};
const queue = new Set();
references({ paths, webhooks }, queue);
for (const reference of queue) {
  const [, , kind, name] = reference.split("/");
  const component = strip(published.components[kind][name]);
  (components[kind] ??= {})[name] = component;
  references(component, queue);
}

/// One line for each path and component, so that a refresh can be read as a difference.
function lines(value, depth) {
  if (depth === 0) return JSON.stringify(value);
  const entries = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}: ${lines(value[key], depth - 1)}`);
  return `{\n${entries.join(",\n")}\n}`;
}
const info = { title: "GitHub REST API, the part that the tests use", version: published.info.version };
writeFileSync(
  new URL("description.json", import.meta.url),
  `{
"openapi": "3.1.0",
"info": ${JSON.stringify(info)},
"paths": ${lines(paths, 1)},
"x-events": ${lines(webhooks, 1)},
"components": ${lines(components, 2)}
}
`,
);

/// The listed types of the GraphQL schema, without texts and directives. Arguments of types that are not listed go.
function types(document) {
  const known = new Set([...Object.keys(TYPES), ...SCALARS, "Boolean", "Float", "ID", "Int", "String"]);
  const named = (type) => (type.type ? named(type.type) : type.name.value);
  const plain = (node) => ({ ...node, description: undefined, directives: [] });
  const field = (node) => ({
    ...plain(node),
    arguments: node.arguments?.filter((argument) => known.has(named(argument.type))).map(plain),
  });
  const definitions = [];
  for (const definition of document.definitions) {
    const name = definition.name?.value;
    if (SCALARS.includes(name)) definitions.push(plain(definition));
    if (!(name in TYPES)) continue;
    const fields = TYPES[name];
    const left = new Set(fields);
    const kept = definition.fields?.filter((node) => fields === null || left.delete(node.name.value));
    if (left.size > 0) throw new Error(`${name} has no ${[...left].join(", ")}`);
    definitions.push({
      ...plain(definition),
      interfaces: definition.interfaces?.filter((node) => node.name.value in TYPES),
      fields: kept?.map(field),
      values: definition.values?.map(plain),
    });
  }
  return { kind: "Document", definitions };
}
writeFileSync(new URL("schema.graphql", import.meta.url), `${print(types(parse(schema.idl)))}\n`);
