//! Directories that hold no deployment configuration of their own.

use super::Reason;
use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

/// Where a directory's name has its usual meaning.
enum When {
    /// Everywhere.
    Always,
    /// Not where environments or services stand side by side.
    OutOfSlots,
    /// Not right below a directory of environments.
    NotAnEnvironment,
    /// Right below one of these.
    After(&'static [&'static str]),
    /// Right above one of these.
    Before(&'static [&'static str]),
}

use When::{After, Always, Before, NotAnEnvironment, OutOfSlots};

/// Names of directories, in lower case.
const DIRECTORIES: &[(&[&str], When, Reason)] = &[
    (
        &[
            "__tests__",
            "__test__",
            "__mocks__",
            "__fixtures__",
            "fixtures",
            "fixture",
            ".fixtures",
            "testdata",
            "test-data",
            "test_data",
            "test-fixtures",
            "test_fixtures",
            "testfixtures",
            "test-resources",
            "test_resources",
            "testresources",
            "test-utils",
            "test_utils",
            "test_helpers",
            "testutil",
            "testutils",
            ".chainsaw-test",
            "cypress",
        ],
        Always,
        Reason::Tests,
    ),
    (
        &[
            "test",
            "it",
            "e2e",
            "integrationtest",
            "integration-test",
            "inttest",
            "functionaltest",
            "contracttest",
            "systemtest",
            "androidtest",
        ],
        After(&["src"]),
        Reason::Tests,
    ),
    (&["tests"], NotAnEnvironment, Reason::Tests),
    (
        &[
            "spec",
            "specs",
            "e2e",
            "mock",
            "mocks",
            "stubs",
            "wiremock",
            "playwright",
        ],
        OutOfSlots,
        Reason::Tests,
    ),
    (&["docs", "doc", "documentation"], OutOfSlots, Reason::Documentation),
    (
        &[
            "node_modules",
            "bower_components",
            "jspm_packages",
            ".terraform",
            ".terragrunt-cache",
            ".venv",
            "venv",
            "virtualenv",
            "site-packages",
            "__pycache__",
            ".tox",
            ".nox",
            ".eggs",
            ".bundle",
            "third_party",
            "third-party",
            "thirdparty",
            "3rdparty",
            "pods",
            "carthage",
            ".gradle",
            ".m2",
            ".yarn",
            ".pnpm-store",
            ".git",
            ".hg",
            ".svn",
        ],
        Always,
        Reason::Vendored,
    ),
    (&["vendor", "vendors"], OutOfSlots, Reason::Vendored),
    (
        &[
            ".next",
            ".nuxt",
            ".svelte-kit",
            ".output",
            ".serverless",
            ".aws-sam",
            "cdk.out",
            ".nyc_output",
            ".parcel-cache",
            ".turbo",
        ],
        Always,
        Reason::BuildOutput,
    ),
    (&["dist"], OutOfSlots, Reason::BuildOutput),
    (
        &["debug", "release"],
        After(&["bin", "obj", "target"]),
        Reason::BuildOutput,
    ),
    (
        &["target", "build"],
        Before(&[
            "classes",
            "test-classes",
            "generated",
            "generated-sources",
            "generated-test-sources",
            "maven-archiver",
            "maven-status",
            "surefire-reports",
            "libs",
            "intermediates",
            "tmp",
            "resources",
        ]),
        Reason::BuildOutput,
    ),
    (&["crd", "crds"], Always, Reason::Schema),
    (
        &["locales", "locale", "i18n", "l10n", "translations"],
        Always,
        Reason::Locale,
    ),
    (
        &["lang"],
        After(&["resources", "src", "public", "assets"]),
        Reason::Locale,
    ),
    (&["__snapshots__", "__image_snapshots__"], Always, Reason::Snapshot),
];

/// The rows of [`DIRECTORIES`] by name, in their order.
static LISTED: LazyLock<HashMap<&str, Vec<(&When, Reason)>>> = LazyLock::new(|| {
    let mut listed: HashMap<&str, Vec<(&When, Reason)>> = HashMap::new();
    for (names, when, reason) in DIRECTORIES {
        for name in *names {
            listed.entry(name).or_default().push((when, *reason));
        }
    }
    listed
});

/// Directories whose subdirectories, at any depth, are environments or what stands in one.
const ENVIRONMENT_HOLDERS: &[&str] = &[
    "environments",
    "environment",
    "envs",
    "env",
    "overlays",
    "overlay",
    "inventories",
    "inventory",
    "stages",
    "clusters",
    "tenants",
    "accounts",
    "group_vars",
    "host_vars",
    "helmfile.d",
];

/// Directories right below which environments or services often stand.
const DEPLOYMENT_HOLDERS: &[&str] = &[
    "config",
    "configs",
    "configuration",
    "configurations",
    "conf",
    "conf.d",
    "settings",
    "vars",
    "values",
    "variables",
    "tfvars",
    "deploy",
    "deployment",
    "deployments",
    "k8s",
    "kubernetes",
    "kube",
    "helm",
    "charts",
    "kustomize",
    "manifests",
    "terraform",
    "terragrunt",
    "tf",
    "infra",
    "infrastructure",
    "iac",
    "live",
    "apps",
    "applications",
    "services",
    "argocd",
    "argo",
    "flux",
    "gitops",
    "namespaces",
    "projects",
    "regions",
    "releases",
    "ansible",
    "pulumi",
    "compose",
    "docker",
    "secrets",
    "params",
    "parameters",
    "pipelines",
    "profiles",
    "azure",
    "aws",
    "gcp",
    "sites",
    "hosts",
];

/// What precedes `test` in the name of a directory of tests; elsewhere `-test` can be an environment.
const KINDS_OF_TEST: &[&str] = &[
    "integration",
    "e2e",
    "end-to-end",
    "unit",
    "smoke",
    "acceptance",
    "functional",
    "contract",
    "load",
    "performance",
    "system",
    "regression",
];

/// Why the directories of a file, from number `below` on, leave it out.
pub(super) fn reason(directories: &[&str], below: usize, name: &str) -> Option<Reason> {
    let lower: Vec<Cow<'_, str>> = directories.iter().map(|segment| in_lower_case(segment)).collect();
    for (at, segment) in lower.iter().enumerate().skip(below) {
        let place = Place {
            lower: &lower,
            written: directories.get(at).copied().unwrap_or(""),
            at,
        };
        let listed = LISTED.get(&**segment).map_or(&[][..], Vec::as_slice);
        if let Some((_, reason)) = listed.iter().find(|(when, _)| place.is(when)) {
            return Some(*reason);
        }
        if place.is_named_after_tests() || (segment == "test" && !place.is_environment_named_test(name)) {
            return Some(Reason::Tests);
        }
    }
    None
}

fn in_lower_case(segment: &str) -> Cow<'_, str> {
    match segment.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(segment.to_ascii_lowercase()),
        false => Cow::Borrowed(segment),
    }
}

/// One directory on the way to a file.
struct Place<'a> {
    lower: &'a [Cow<'a, str>],
    written: &'a str,
    at: usize,
}

impl Place<'_> {
    fn is(&self, when: &When) -> bool {
        match when {
            Always => true,
            OutOfSlots => !self.is_slot(),
            NotAnEnvironment => !self.parent_is(ENVIRONMENT_HOLDERS),
            After(names) => self.parent_is(names),
            Before(names) => self.lower.get(self.at + 1).is_some_and(|next| names.contains(&&**next)),
        }
    }

    fn parent_is(&self, names: &[&str]) -> bool {
        let parent = self.at.checked_sub(1).and_then(|at| self.lower.get(at));
        parent.is_some_and(|parent| names.contains(&&**parent))
    }

    /// Whether environments or services stand side by side here.
    fn is_slot(&self) -> bool {
        let mut above = self.lower.iter().take(self.at);
        self.parent_is(DEPLOYMENT_HOLDERS) || above.any(|segment| ENVIRONMENT_HOLDERS.contains(&&**segment))
    }

    /// `Shop.Tests`, `ShopUnitTests`, `integration-tests`, `smoke_test`.
    fn is_named_after_tests(&self) -> bool {
        let lower = self.lower.get(self.at).map_or("", |segment| segment);
        if lower.len() <= "tests".len() || !(lower.ends_with("test") || lower.ends_with("tests")) {
            return false;
        }
        if self.parent_is(ENVIRONMENT_HOLDERS) {
            return false;
        }
        let before = |suffix: &str| self.written.strip_suffix(suffix).and_then(|rest| rest.chars().last());
        let project = before("Tests").is_some_and(|last| last == '.' || last.is_lowercase())
            || before(".Test").is_some()
            || [".tests", "-tests", "_tests"]
                .iter()
                .any(|suffix| lower.ends_with(suffix));
        let kind = lower
            .strip_suffix("-test")
            .or_else(|| lower.strip_suffix("_test"))
            .is_some_and(|kind| KINDS_OF_TEST.contains(&kind));
        project || (kind && !self.is_slot())
    }

    /// Whether a directory `test` is the environment of that name: it stands where environments stand, or the file
    /// lies right in it and is deployment configuration by its name.
    fn is_environment_named_test(&self, name: &str) -> bool {
        self.is_slot() || (self.at + 1 == self.lower.len() && deploys(&name.to_ascii_lowercase()))
    }
}

/// Whether a file of this name says how something is deployed. Test code has such files in other directories.
fn deploys(name: &str) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let stems = [
        "values",
        "kustomization",
        "helmfile",
        "deployment",
        "configmap",
        "secret",
        "ingress",
        "application",
        "appsettings",
        "release",
        "patch",
        "env",
    ];
    let named = stems.iter().any(|wanted| {
        stem.strip_prefix(wanted)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.', 's']))
    });
    matches!(extension, "tf" | "tfvars" | "hcl" | "env")
        || (named && matches!(extension, "yaml" | "yml" | "json" | "properties" | "toml" | "gotmpl"))
        || name.starts_with(".env")
}
