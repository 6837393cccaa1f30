//! Which files are judged: tests, documentation, vendored trees, lock files, schemas, unfilled templates and encrypted
//! files are left out, by name or by content, and the coverage says so.

mod contents;
mod names;
mod places;

pub use contents::{Text, decode, judge_text};

/// The largest file that is read, in bytes.
pub const SIZE_CAP: u64 = 4 << 20;

/// Whether a file is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Judgement {
    /// It is.
    Read,
    /// It is left out, for a reason that the coverage shows.
    Skip(Reason),
}

/// Why a file is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Test code and its data.
    Tests,
    /// Text for people.
    Documentation,
    /// Other people's code, kept in the tree.
    Vendored,
    /// What a build writes.
    BuildOutput,
    /// Resolved dependencies.
    LockFile,
    /// Custom resource definitions, JSON Schemas, OpenAPI documents.
    Schema,
    /// Translations.
    Locale,
    /// Recorded test output.
    Snapshot,
    /// Minified code and source maps.
    Minified,
    /// Samples that somebody copies and fills in.
    Template,
    /// Encrypted files, keys and certificates.
    Encrypted,
    /// Not text.
    Binary,
    /// Larger than [`SIZE_CAP`].
    TooLarge,
    /// A pointer of Git LFS: the content is elsewhere.
    LfsPointer,
    /// Symbolic links are not followed.
    Symlink,
    /// A pipe, a socket or a device.
    NotAFile,
    /// The project's policy excludes it.
    Policy,
}

impl Reason {
    /// The reason as the report shows it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Tests => "tests and fixtures",
            Self::Documentation => "documentation",
            Self::Vendored => "vendored",
            Self::BuildOutput => "build output",
            Self::LockFile => "lock file",
            Self::Schema => "schema",
            Self::Locale => "translations",
            Self::Snapshot => "snapshot",
            Self::Minified => "minified",
            Self::Template => "unfilled template",
            Self::Encrypted => "encrypted",
            Self::Binary => "binary",
            Self::TooLarge => "over the size cap",
            Self::LfsPointer => "Git LFS pointer",
            Self::Symlink => "symbolic link",
            Self::NotAFile => "not a regular file",
            Self::Policy => "left out by the policy",
        }
    }
}

/// Judges a file by its path below the root, with `/` between segments.
pub fn judge_path(path: &str) -> Judgement {
    judge_path_below("", path)
}

/// Judges a file by its path, where somebody asked for the directory `given`: its own segments are no reason to leave
/// anything out, yet they still tell where environments stand.
pub fn judge_path_below(given: &str, path: &str) -> Judgement {
    let below = match path.strip_prefix(given) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') || given.is_empty() => {
            given.split('/').filter(|segment| !segment.is_empty()).count()
        }
        _ => 0,
    };
    let mut segments = Vec::with_capacity(16);
    segments.extend(path.split('/').filter(|segment| !segment.is_empty()));
    let name = segments.pop().unwrap_or("");
    let reason = places::reason(&segments, below, name).or_else(|| names::reason(&segments, name));
    reason.map_or(Judgement::Read, Judgement::Skip)
}

/// Why a whole directory is not even listed: trees that somebody or something else wrote, which can be huge.
pub fn prune(given: &str, directory: &str) -> Option<Reason> {
    let inside = format!("{directory}/x");
    match judge_path_below(given, &inside) {
        Judgement::Skip(reason @ (Reason::Vendored | Reason::BuildOutput)) => Some(reason),
        _ => None,
    }
}

/// Whether the first kilobyte has to tell what a file is: it has no extension, or one that says nothing.
pub fn head_may_tell(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    names::speaks_not(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(path: &str) -> &'static str {
        match judge_path(path) {
            Judgement::Read => "read",
            Judgement::Skip(reason) => reason.label(),
        }
    }

    #[test]
    fn environments_are_read_and_test_code_is_not() {
        let read = [
            "environments/test/main.tf",
            "environments/aws/test/main.tf",
            "terraform/environments/shop/test/x.yml",
            "terraform/test/main.tf",
            "overlays/test/kustomization.yaml",
            "k8s/overlays/eu/test/patch.yaml",
            "env/test/app.yaml",
            "config/test.yml",
            "config/test/database.yml",
            "config/environments/test.rb",
            "inventories/test/group_vars/all.yml",
            "deploy/test/values.yaml",
            "apps/shop/test/values.yaml",
            "test/terraform.tfvars",
            "test/kustomization.yaml",
            "src/main/resources/application-test.yml",
            "src/environments/environment.test.ts",
            "api/config/config_test.json",
            "api/appsettings.Test.json",
            "locals_test.tf",
            "helmfile.d/airflow-analytics-test/values.yaml",
            "charts/test-kitchen/values.yaml",
            "environments/e2e/values.yaml",
            "environments/load-test/values.yaml",
            "environments/integration-tests/values.yaml",
            "clusters/mock/app.yaml",
            "deploy/testing/app.yaml",
            "examples/shop/production.yml",
            "specs-of-shop/prod.yml",
            "latest/contest/app.yaml",
        ];
        for path in read {
            assert_eq!(judged(path), "read", "{path}");
        }
        let tests = [
            "test/unit/app.yml",
            "test/production.yml",
            "tests/app.yml",
            "Tests/app.yml",
            "tests/terraform.tfvars",
            "packages/shop/test/package.json",
            "shop/__tests__/config.json",
            "src/test/resources/application-prod.yml",
            "services/shop/src/test/resources/application.yml",
            "shop/src/integrationTest/resources/application.yml",
            "shop/src/it/resources/application.yml",
            "spec/support/database.yml",
            "specs/api.yml",
            "charts/shop/templates/tests/connection.yaml",
            "charts/shop/.fixtures/values.yaml",
            "internal/testdata/prod.yaml",
            "environments/prod/fixtures/users.yml",
            "src/Shop.Tests/appsettings.json",
            "Shop.Test/appsettings.json",
            "ShopUnitTests/app.config",
            "integration-tests/docker-compose.yml",
            "shop/e2e/config.json",
            "cypress/config.json",
            "policies/.chainsaw-test/resource.yaml",
            "mocks/users.json",
            "src/shop.test.ts",
            "app/shop.spec.js",
            "pkg/shop_test.go",
            "lib/shop_spec.rb",
            "shop/test_settings.py",
            "src/ShopTest.java",
            "modules/db/main.tftest.hcl",
            "phpunit.xml",
        ];
        for path in tests {
            assert_eq!(judged(path), "tests and fixtures", "{path}");
        }
    }

    #[test]
    fn other_reasons() {
        let cases = [
            ("documentation", "README.md"),
            ("documentation", "docs/deploy/prod.yml"),
            ("documentation", "LICENSE"),
            ("read", "apps/docs/values.yaml"),
            ("read", "env/prod/documentation/target.yaml"),
            ("vendored", "web/node_modules/x/config.json"),
            ("vendored", "vendor/github.com/x/y.yaml"),
            ("read", "environments/prod/vendor/values.yaml"),
            ("vendored", "infra/.terraform/modules/x/main.tf"),
            ("vendored", ".venv/lib/x.cfg"),
            ("vendored", "third_party/x/app.yaml"),
            ("build output", "dist/config.json"),
            ("build output", "shop/target/classes/application.yml"),
            ("build output", "api/bin/Release/net8.0/appsettings.json"),
            ("build output", "build/resources/main/application.yml"),
            ("read", "build/docker/prod.yml"),
            ("read", "ci/terraform/build.tfvars"),
            ("lock file", "package-lock.json"),
            ("lock file", "web/pnpm-lock.yaml"),
            ("lock file", "Cargo.lock"),
            ("lock file", "charts/shop/Chart.lock"),
            ("lock file", ".terraform.lock.hcl"),
            ("schema", "charts/shop/crds/shop.yaml"),
            ("schema", "charts/shop/values.schema.json"),
            ("schema", "api/openapi.yaml"),
            ("schema", "api/swagger-v2.json"),
            ("read", "api/openapi-prod.yaml"),
            ("translations", "config/locales/en.yml"),
            ("translations", "po/de.po"),
            ("snapshot", "shop/__snapshots__/config.yaml"),
            ("minified", "public/app.min.js"),
            ("minified", "public/app.js.map"),
            ("unfilled template", ".env.example"),
            ("unfilled template", "config/database.yml.sample"),
            ("unfilled template", "config/database.example.yml"),
            ("unfilled template", "application-example.yml"),
            ("unfilled template", "terraform.tfvars.template"),
            ("unfilled template", "parameters.yml.dist"),
            ("unfilled template", "example.env"),
            ("read", "hosts/shop.example.com.yml"),
            ("read", "cloudformation/shop.template"),
            ("read", "deploy/values.yaml.tmpl"),
            ("encrypted", "config/credentials.yml.enc"),
            ("encrypted", "secrets.enc.yaml"),
            ("encrypted", "tls/server.key"),
            ("encrypted", "secrets.gpg"),
            ("read", ".github/workflows/deploy.yml"),
            ("read", ".env"),
            ("read", ".env.production"),
            ("read", ""),
        ];
        for (expected, path) in cases {
            assert_eq!(judged(path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_asked_for_is_no_reason() {
        assert_eq!(judge_path_below("tests", "tests/app/values.yaml"), Judgement::Read);
        assert_eq!(
            judge_path_below("environments", "environments/test/x.yml"),
            Judgement::Read
        );
        assert_eq!(
            judge_path_below("tests", "tests/fixtures/values.yaml"),
            Judgement::Skip(Reason::Tests)
        );
        assert_eq!(
            judge_path_below("test", "tests/values.yaml"),
            Judgement::Skip(Reason::Tests)
        );
    }

    #[test]
    fn only_foreign_trees_are_pruned() {
        assert_eq!(prune("", "web/node_modules"), Some(Reason::Vendored));
        assert_eq!(prune("", "target"), None);
        assert_eq!(prune("", "target/debug"), Some(Reason::BuildOutput));
        assert_eq!(prune("", "tests"), None);
        assert_eq!(prune("web/node_modules", "web/node_modules"), None);
    }

    #[test]
    fn heads_are_asked_where_the_name_is_silent() {
        for (path, expected) in [
            ("bin/deploy", true),
            ("conf/shop.prod", true),
            (".env", true),
            ("src/main.rs", false),
            ("logo.PNG", false),
            ("README.md", false),
        ] {
            assert_eq!(head_may_tell(path), expected, "{path}");
        }
    }
}
