//! Trees of configuration as companies have them, the same in every run: half of the files are siblings of several
//! environments, most are small, a few are large, a few hold a fault.

use std::fmt::Write as _;
use std::io::Result;
use std::path::Path;

/// What was written.
pub(crate) struct Written {
    /// The bytes of all files.
    pub bytes: u64,
    /// Settings of production that point at staging.
    pub faults: usize,
}

/// One service in so many has a fault.
const FAULTY: usize = 150;

/// The kinds of file of a service; `{}` is the environment.
const SIBLINGS: &[(&str, Style)] = &[
    ("deploy/values-{}.yaml", Style::Yaml),
    ("infra/{}/terraform.tfvars", Style::Hcl),
    ("src/appsettings.{}.json", Style::Json),
    ("config/application-{}.properties", Style::Properties),
    ("config/{}.env", Style::Env),
];

const ENVIRONMENTS: &[&str] = &["production", "staging"];

/// What belongs to no environment.
const SHARED: &[(&str, Style)] = &[
    ("deploy/values.yaml", Style::Yaml),
    ("deploy/templates/deployment.yaml", Style::Yaml),
    ("deploy/templates/service.yaml", Style::Yaml),
    ("deploy/Chart.yaml", Style::Yaml),
    ("infra/variables.tf", Style::Hcl),
    ("infra/main.tf", Style::Hcl),
    ("src/appsettings.json", Style::Json),
    ("src/logging.json", Style::Json),
    ("config/application.properties", Style::Properties),
    ("config/defaults.env", Style::Env),
];

#[derive(Clone, Copy)]
enum Style {
    Yaml,
    Json,
    Hcl,
    Properties,
    Env,
}

/// Writes a tree of `files` files below `root`.
pub(crate) fn generate(root: &Path, files: usize) -> Result<Written> {
    let mut written = Written { bytes: 0, faults: 0 };
    let mut left = files;
    for service in 0.. {
        let faulty = service % FAULTY == FAULTY / 3;
        let folder = format!("team-{:02}/svc-{service:05}", service % 40);
        let mut put = |path: &str, environment: &str, style: Style, faulty: bool| -> Result<bool> {
            if left == 0 {
                return Ok(false);
            }
            left -= 1;
            let text = text(service, path, environment, style, faulty);
            let path = root.join(&folder).join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(root))?;
            std::fs::write(&path, &text)?;
            written.bytes += text.len() as u64;
            written.faults += usize::from(faulty);
            Ok(true)
        };
        for (path, style) in SIBLINGS {
            for environment in ENVIRONMENTS {
                let faulty = faulty && *environment == "production";
                put(&path.replace("{}", environment), environment, *style, faulty)?;
            }
        }
        for (path, style) in SHARED {
            put(path, "", *style, false)?;
        }
        if left == 0 {
            break;
        }
    }
    Ok(written)
}

/// The text of one file: some settings that point somewhere, the rest that do not.
fn text(service: usize, path: &str, environment: &str, style: Style, faulty: bool) -> String {
    // The same for all siblings.
    let path = path.replace(environment, "");
    let mut random = Random(0x9e37_79b9 ^ ((service as u64) << 20) ^ path.len() as u64);
    for byte in path.bytes() {
        random.0 = random.0.wrapping_mul(31).wrapping_add(u64::from(byte) + 1);
    }
    let settings = match random.below(100) {
        0..60 => 6 + random.below(10),
        60..90 => 12 + random.below(30),
        90..98 => 60 + random.below(100),
        _ => 200 + random.below(400),
    };
    let mut out = String::new();
    start(&mut out, style);
    for index in 0..settings {
        let (key, value) = setting(&mut random, service, index, environment, faulty && index == 0);
        line(&mut out, style, index, &key, &value);
    }
    end(&mut out, style);
    out
}

/// A setting; the first of each file is a database's host, which a fault replaces by staging's.
fn setting(random: &mut Random, service: usize, index: usize, environment: &str, faulty: bool) -> (String, String) {
    let here = match environment {
        "" => "shared",
        _ if faulty => "staging",
        known => known,
    };
    let kind = if index == 0 { 0 } else { random.below(12) };
    match kind {
        0 => (
            format!("database_host_{index}"),
            format!("db-{service}.{here}.example.com"),
        ),
        1 => (
            format!("orders_url_{index}"),
            format!("postgres://app@pg-{index}.{here}.example.com:5432/orders_{index}"),
        ),
        2 => (
            format!("api_endpoint_{index}"),
            format!("https://api-{index}.{here}.example.com/v1"),
        ),
        3 => (format!("bucket_name_{index}"), format!("shop-{here}-assets-{index}")),
        4 => (
            format!("image_{index}"),
            format!("registry.example.com/shop/svc:{index}"),
        ),
        5 => (format!("timeout_seconds_{index}"), (random.below(300)).to_string()),
        6 => (format!("log_level_{index}"), "info".to_owned()),
        7 => (format!("feature_enabled_{index}"), "true".to_owned()),
        8 => (format!("description_{index}"), "keeps what customers order".to_owned()),
        9 => (format!("cache_ttl_{index}"), "15m".to_owned()),
        10 => (format!("secret_ref_{index}"), format!("${{SVC_{index}_PASSWORD}}")),
        _ => (format!("replicas_{index}"), (1 + random.below(9)).to_string()),
    }
}

fn start(out: &mut String, style: Style) {
    match style {
        Style::Yaml => out.push_str("# settings of one service\nservice:\n  name: orders\n  settings:\n"),
        Style::Json => out.push_str("{\n  \"Service\": \"orders\",\n  \"Settings\": {\n"),
        Style::Hcl => out.push_str("# settings of one service\n"),
        Style::Properties | Style::Env => out.push_str("# settings of one service\n\n"),
    }
}

fn line(out: &mut String, style: Style, index: usize, key: &str, value: &str) {
    let written = match style {
        Style::Yaml => writeln!(out, "    {}: \"{value}\"", key.replace('_', "-")),
        Style::Json => write!(out, "{}    \"{key}\": \"{value}\"", if index > 0 { ",\n" } else { "" }),
        Style::Hcl => writeln!(out, "{key} = \"{value}\""),
        Style::Properties => writeln!(out, "service.{}={value}", key.replace('_', ".")),
        Style::Env => writeln!(out, "{}={value}", key.to_uppercase()),
    };
    written.expect("a string takes all text");
}

fn end(out: &mut String, style: Style) {
    if let Style::Json = style {
        out.push_str("\n  }\n}\n");
    }
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}
