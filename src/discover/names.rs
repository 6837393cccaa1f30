//! File names that say that a file holds no deployment configuration of its own.

use super::Reason;

/// Whole names, in lower case.
const NAMES: &[(&[&str], Reason)] = &[
    (
        &[
            "package-lock.json",
            "npm-shrinkwrap.json",
            "packages.lock.json",
            "pnpm-lock.yaml",
            "chart.lock",
            ".terraform.lock.hcl",
            "go.sum",
            "bun.lockb",
            "gradle.lockfile",
            "project.assets.json",
        ],
        Reason::LockFile,
    ),
    (
        &["phpunit.xml", "phpunit.xml.dist", "conftest.py", "tests.py"],
        Reason::Tests,
    ),
    (&["schema.json"], Reason::Schema),
    (&["messages.properties"], Reason::Locale),
    (
        &[
            "readme",
            "changelog",
            "license",
            "licence",
            "copying",
            "notice",
            "authors",
            "contributing",
            "code_of_conduct",
            "codeowners",
            "security",
        ],
        Reason::Documentation,
    ),
];

/// Ends of names, in lower case.
const SUFFIXES: &[(&[&str], Reason)] = &[
    (&[".lock", ".lockfile", ".lock.yaml", ".lock.yml"], Reason::LockFile),
    (&[".tftest.hcl", ".tftest.json"], Reason::Tests),
    (
        &[
            ".md",
            ".mdx",
            ".markdown",
            ".rst",
            ".adoc",
            ".asciidoc",
            ".textile",
            ".rdoc",
        ],
        Reason::Documentation,
    ),
    (
        &[
            ".schema.json",
            ".schema.yaml",
            ".schema.yml",
            "-schema.json",
            "_schema.json",
            ".xsd",
            ".wsdl",
        ],
        Reason::Schema,
    ),
    (
        &[".po", ".pot", ".mo", ".xliff", ".xlf", ".arb", ".resx", ".ftl"],
        Reason::Locale,
    ),
    (&[".snap", ".ambr"], Reason::Snapshot),
    (
        &[
            ".min.js",
            ".min.css",
            ".min.json",
            ".js.map",
            ".css.map",
            ".mjs.map",
            ".ts.map",
        ],
        Reason::Minified,
    ),
    (
        &[
            ".enc",
            ".encrypted",
            ".gpg",
            ".pgp",
            ".age",
            ".asc",
            ".pem",
            ".key",
            ".p12",
            ".pfx",
            ".jks",
            ".keystore",
            ".crt",
            ".cer",
            ".der",
            ".kdbx",
        ],
        Reason::Encrypted,
    ),
    (&[".example", ".examples", ".sample", ".dist"], Reason::Template),
];

/// Extensions of code, media and archives: nothing that the head of a file could change.
const SPEAKING: &[&str] = &[
    "7z", "a", "avi", "bmp", "bz2", "c", "cc", "class", "cpp", "cs", "css", "csv", "cxx", "dart", "db", "dll", "doc",
    "docx", "dylib", "ear", "eot", "erl", "ex", "exe", "exs", "fs", "gem", "gif", "go", "gz", "h", "hpp", "hs", "htm",
    "html", "ico", "ipynb", "jar", "java", "jpeg", "jpg", "js", "jsx", "kt", "kts", "less", "lua", "m", "map", "md",
    "mdx", "mjs", "mov", "mp3", "mp4", "nupkg", "o", "ogg", "otf", "parquet", "pdf", "php", "pl", "png", "ppt", "pptx",
    "proto", "py", "pyc", "r", "rb", "rs", "rst", "sass", "scala", "scss", "so", "sql", "sqlite", "sum", "svelte",
    "svg", "swift", "tar", "tgz", "tif", "tiff", "ts", "tsv", "tsx", "ttf", "vb", "vue", "war", "wasm", "wav", "webm",
    "webp", "whl", "woff", "woff2", "xls", "xlsx", "xz", "zip", "zst",
];

/// Why the name of a file leaves it out.
pub(super) fn reason(directories: &[&str], written: &str) -> Option<Reason> {
    let name = written.to_ascii_lowercase();
    let bare = name.strip_suffix(".txt").unwrap_or(&name);
    if let Some((_, reason)) = NAMES.iter().find(|(names, _)| names.contains(&bare)) {
        return Some(*reason);
    }
    if let Some((_, reason)) = SUFFIXES
        .iter()
        .find(|(suffixes, _)| suffixes.iter().any(|suffix| ends_with(&name, suffix)))
    {
        return Some(*reason);
    }
    if name.contains(".enc.") {
        return Some(Reason::Encrypted);
    }
    if is_unfilled(directories, &name) {
        return Some(Reason::Template);
    }
    if is_translation(&name) {
        return Some(Reason::Locale);
    }
    if is_interface(&name) {
        return Some(Reason::Schema);
    }
    is_test_code(written).then_some(Reason::Tests)
}

/// As [`str::ends_with`], for many suffixes: most differ in their last byte already.
fn ends_with(name: &str, suffix: &str) -> bool {
    name.as_bytes().last() == suffix.as_bytes().last() && name.ends_with(suffix)
}

/// Whether neither the name nor its extension says what a file is.
pub(super) fn speaks_not(name: &str) -> bool {
    match name.trim_start_matches('.').rsplit_once('.') {
        Some((_, extension)) => !SPEAKING.contains(&extension.to_ascii_lowercase().as_str()),
        None => !name.is_empty(),
    }
}

/// `example.env`, `database.example.yml`, `application-sample.yml`, `terraform.tfvars.template`. A host such as
/// `shop.example.com.yml` and CloudFormation's own extension are no samples.
fn is_unfilled(directories: &[&str], name: &str) -> bool {
    if let Some(stem) = name.strip_suffix(".template") {
        let holds = |text: &str| text.contains("cloudformation") || text.contains("cfn");
        return !holds(stem) && !directories.iter().any(|segment| holds(&segment.to_ascii_lowercase()));
    }
    let Some((stem, _)) = name.rsplit_once('.') else {
        return false;
    };
    let last = stem.rsplit(['.', '-', '_']).next().unwrap_or(stem);
    matches!(last, "example" | "sample") || stem.ends_with(".dist")
}

/// Java's `messages_de.properties` and `messages_pt_BR.properties`.
fn is_translation(name: &str) -> bool {
    let Some(language) = name
        .strip_prefix("messages_")
        .and_then(|rest| rest.strip_suffix(".properties"))
    else {
        return false;
    };
    language.split('_').all(|part| matches!(part.len(), 2 | 4))
}

/// OpenAPI documents, unless the name tells them apart by environment.
fn is_interface(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    if !matches!(extension, "json" | "yaml" | "yml") {
        return false;
    }
    let mut words = stem.split(['.', '-', '_']);
    let is_version = |word: &str| {
        let digits = word.trim_start_matches('v');
        word.is_empty() || digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let starts = words.next().is_some_and(|first| {
        let name = first.trim_end_matches(|c: char| c.is_ascii_digit());
        matches!(name, "openapi" | "swagger")
    });
    starts && words.all(|word| is_version(word) || matches!(word, "spec" | "api" | "docs" | "generated" | "bundle"))
}

/// `shop.test.ts`, `shop_test.go`, `test_shop.py`, `ShopTest.java`; not `environment.test.ts`.
fn is_test_code(written: &str) -> bool {
    let Some((stem, extension)) = written.rsplit_once('.') else {
        return false;
    };
    match extension.to_ascii_lowercase().as_str() {
        "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "mts" | "cts" | "vue" => {
            let Some((subject, kind)) = stem.rsplit_once('.') else {
                return false;
            };
            let configures = ["environment", "env", "config", "settings"]
                .iter()
                .any(|word| subject.eq_ignore_ascii_case(word));
            matches!(kind, "test" | "spec" | "tests" | "e2e" | "cy") && !configures
        }
        "go" | "exs" | "dart" => stem.ends_with("_test"),
        "rb" => stem.ends_with("_spec") || stem.ends_with("_test"),
        "py" => stem.starts_with("test_") || stem.ends_with("_test"),
        "java" | "kt" | "scala" | "groovy" | "cs" | "php" | "swift" | "vb" => {
            ["Test", "Tests", "Spec"].iter().any(|suffix| stem.ends_with(suffix)) && stem.len() > "Tests".len()
        }
        _ => false,
    }
}
