//! Settings that are written in code: assignments, hashes and arrays of Ruby, Python, JavaScript, TypeScript, PHP and
//! Elixir.
//!
//! This scans tokens and does not know which language it reads: a key is what stands before `=`, `:` or `=>`; a value is
//! a literal, a hash or list, or an expression that looks into the environment.

mod scan;
mod tokens;
mod values;

use super::{Format, Parsed};

/// Settings in code; only files that hold configuration, not code at large.
pub const CODE: Format = Format {
    name: "code",
    summary: "settings in Ruby, Python, JavaScript, TypeScript, PHP, Elixir and Bicep's parameter files: literals, hashes, environment lookups with a fallback",
    comments: &["#", "//"],
    claims,
    parse,
};

fn claims(path: &str, _head: &str) -> bool {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    let mut directories = directory.split('/');
    let parent = directory.rsplit('/').next().unwrap_or("");
    let mut in_config = || directories.any(|segment| segment == "config");
    match extension {
        "rb" | "exs" => in_config(),
        "py" => stem.starts_with("settings") || stem.starts_with("config") || parent == "settings",
        "js" | "ts" | "mjs" | "cjs" | "mts" | "cts" => {
            let is_about_code = [".d", ".min", ".test", ".spec"].iter().any(|end| stem.ends_with(end));
            let named = stem.starts_with("environment")
                || stem.starts_with("config")
                || stem.ends_with(".config")
                || matches!(stem, "knexfile" | "ormconfig" | "ecosystem");
            !is_about_code && (named || in_config())
        }
        "bicepparam" => true,
        "php" => {
            let starts = ["config", "wp-config", "settings"];
            stem == ".env" || starts.iter().any(|start| stem.starts_with(start)) || in_config()
        }
        _ => false,
    }
}

/// Reads code.
pub fn parse(text: &str) -> Parsed {
    scan::Scan::new(text).run()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::outline;

    fn check(cases: &[(&str, &[&str])]) {
        for (text, expected) in cases {
            assert_eq!(outline(text, &parse(text)), *expected, "{text}");
        }
    }

    #[test]
    fn ruby() {
        check(&[
            (
                "config.x.host = \"db.example.com\" # why = 'x'",
                &["config.x.host = db.example.com"],
            ),
            (
                "config.action_mailer.default_url_options = { host: \"x\", :port => 587 }\nconfig.y = 'z'.freeze",
                &[
                    "config.action_mailer.default_url_options.host = x",
                    "config.action_mailer.default_url_options.port = 587",
                    "config.y = z",
                ],
            ),
            ("ENV['A'] ||= \"b\"", &["A = b"]),
            (
                "server \"app.example.com\", user: \"deploy\", roles: %w{db}\nrole :db, \"db.example.com\"\nserver = 1",
                &[
                    "server = app.example.com",
                    "user = deploy",
                    "db = db.example.com",
                    "server = 1",
                ],
            ),
            (
                "url = ENV.fetch(\"X\") { \"redis://localhost\" }\ny = ENV.fetch(\"Y\", \"z\")",
                &[
                    "url = ENV.fetch(\"X\") { \"redis://localhost\" }",
                    "y = ENV.fetch(\"Y\", \"z\")",
                ],
            ),
            (
                "config.cache_store = :redis_store, { url: \"redis://a\" }",
                &["config.cache_store = redis_store", "url = redis://a"],
            ),
            (
                "config.hosts << \"a.example.com\"\nconfig.hosts = [\n  'b',\n  \"c\"\n]",
                &[
                    "config.hosts = a.example.com",
                    "config.hosts[0] = b",
                    "config.hosts[1] = c",
                ],
            ),
            (
                "set :deploy_to, '/srv/shop'\nhost = \"#{ENV[\"A\"]}.example.com\"",
                &["deploy_to = /srv/shop", "host = #{ENV[\"A\"]}.example.com"],
            ),
            (
                "Rails.application.configure do |app|\n  app.host = URI(\"https://x\")\nend",
                &["app.host = https://x"],
            ),
            (
                "x = Rails.env.production? ? 'a' : 'b'",
                &["x = Rails.env.production? ? 'a' : 'b'"],
            ),
        ]);
    }

    #[test]
    fn python() {
        check(&[
            (
                "\"\"\"doc: 'x'\"\"\"\nDATABASES = {\n    'default': {\n        'HOST': os.environ.get(\"DB_HOST\", \"localhost\"),\n        'PORT': 5432,  # c\n    },\n}\nDEBUG = True",
                &[
                    "DATABASES.default.HOST = os.environ.get(\"DB_HOST\", \"localhost\")",
                    "DATABASES.default.PORT = 5432",
                    "DEBUG = True",
                ],
            ),
            (
                "class Settings:\n    host: str = 'db'\n    if host == 'x':\n        port = 1",
                &["host = db", "port = 1"],
            ),
            (
                "os.environ['A'] = 'b'\nos.environ.setdefault('C', 'd')",
                &["A = b", "C = d"],
            ),
            (
                "HOSTS = [\"a\", f'b-{c}', r\"d\\e\"]",
                &["HOSTS[0] = a", "HOSTS[1] = b-{c}", "HOSTS[2] = d\\e"],
            ),
            (
                "engine = create_engine(host='db', port=5)\nX = 'y'",
                &["engine.host = db", "engine.port = 5", "X = y"],
            ),
            (
                "HOST = config('DB_HOST', default='localhost')",
                &["HOST = config('DB_HOST', default='localhost')"],
            ),
            ("SQL = \"\"\"\nselect 1\n\"\"\"", &["SQL = \nselect 1\n"]),
            (
                "D['default']['HOST'] = 'x'\nA = 'b' if c else 'd'",
                &["D.default.HOST = x"],
            ),
        ]);
    }

    #[test]
    fn javascript_and_typescript() {
        check(&[
            (
                "export const environment: Environment = {\n  production: true,\n  apiUrl: 'https://api.example.com', // x: 'y'\n  nested: { a: `t-${b}` },\n};",
                &[
                    "environment.production = true",
                    "environment.apiUrl = https://api.example.com",
                    "environment.nested.a = t-${b}",
                ],
            ),
            (
                "module.exports = { databases: { production: { host: 'x' } } }\nconst a = 1",
                &["databases.production.host = x", "a = 1"],
            ),
            (
                "const HOST = process.env.DB_HOST || 'localhost';\nlet k: string = 'v'",
                &["HOST = process.env.DB_HOST || 'localhost'", "k = v"],
            ),
            (
                "const a = process.env.A\n  ?? 'b'\nprocess.env.C = 'd'",
                &["a = process.env.A\n  ?? 'b'", "C = d"],
            ),
            (
                "export default defineConfig(({ mode }) => ({ server: { proxy: { '/api': 'http://x' } } }))",
                &["server.proxy./api = http://x"],
            ),
            ("const c = Object.freeze({ a: 'b' });\nd = 'e'", &["c.a = b", "d = e"]),
            (
                "x = { list: [{ host: 'a' }, { host: 'b' }], 'q': \"r\" }",
                &["x.list[0].host = a", "x.list[1].host = b", "x.q = r"],
            ),
            ("if (a === 'b') { c = d ? 'e' : 'f'; }", &[]),
            (
                "var a={b:'c',d:5432,e:[1,'f']}",
                &["a.b = c", "a.d = 5432", "a.e[0] = 1", "a.e[1] = f"],
            ),
            ("const x = {\n  a: ['b',\n\nconst y = 'z'\n", &["x.a[0] = b", "y = z"]),
        ]);
    }

    #[test]
    fn php() {
        check(&[
            (
                "<?php\ndefine('DB_HOST', 'db.example.com');\ndefine( \"A\", getenv('B') ?: 'c' );",
                &["DB_HOST = db.example.com", "A = getenv('B') ?: 'c'"],
            ),
            (
                "return [\n  'connections' => [\n    'mysql' => [\n      'host' => env('DB_HOST', '127.0.0.1'),\n      'tags' => ['a', 'b'],\n    ],\n  ],\n];",
                &[
                    "connections.mysql.host = env('DB_HOST', '127.0.0.1')",
                    "connections.mysql.tags[0] = a",
                    "connections.mysql.tags[1] = b",
                ],
            ),
            (
                "$db['default']['host'] = 'x'; $y = array('a' => 'b', 'c' => array('d'));",
                &["db.default.host = x", "y.a = b", "y.c[0] = d"],
            ),
            ("$this->url = 'it\\'s';\nputenv('A=b');", &["this->url = it's"]),
        ]);
    }

    #[test]
    fn elixir() {
        check(&[
            (
                "import Config\nconfig :shop, Shop.Repo,\n  hostname: \"db\",\n  pool: [size: 5]\n\nconfig :shop, :url, \"http://x\"\nconfig :logger, level: :info\nx = \"y\"",
                &[
                    "shop.Shop.Repo.hostname = db",
                    "shop.Shop.Repo.pool.size = 5",
                    "shop.url = http://x",
                    "logger.level = info",
                    "x = y",
                ],
            ),
            (
                "config :a, B,\n  url: System.get_env(\"U\") || \"ecto://localhost\",\n  m: %{\"k\" => \"v\"}",
                &["a.B.url = System.get_env(\"U\") || \"ecto://localhost\"", "a.B.m.k = v"],
            ),
        ]);
    }

    #[test]
    fn bicep_parameters() {
        check(&[(
            "using 'main.bicep'\n// c\nparam hub = 'db.example.com'\nparam tags = {\n  env: 'prod'\n  'a b': 'c'\n}\nparam list = [\n  'd'\n  'e'\n]\nparam f = 1\n",
            &[
                "hub = db.example.com",
                "tags.env = prod",
                "tags.a b = c",
                "list[0] = d",
                "f = 1",
            ],
        )]);
    }

    #[test]
    fn claims_configuration_only() {
        let cases = [
            ("config/environments/production.rb", true),
            ("app/models/user.rb", false),
            ("shop/settings/production.py", true),
            ("shop/settings_prod.py", true),
            ("shop/models.py", false),
            ("vite.config.ts", true),
            ("knexfile.js", true),
            ("infra/main.prod.bicepparam", true),
            ("src/environments/environment.prod.ts", true),
            ("src/config.test.ts", false),
            ("src/main.ts", false),
            ("config/database.php", true),
            ("wp-config-sample.php", true),
            (".env.php", true),
            ("index.php", false),
            ("config/runtime.exs", true),
            ("mix.exs", false),
            ("config/app.yml", false),
        ];
        for (path, expected) in cases {
            assert_eq!(claims(path, ""), expected, "{path}");
        }
    }

    #[test]
    fn any_text_is_read() {
        let units = [
            "a={",
            "a=[",
            "a: [",
            "(",
            "a=b(",
            "}",
            "])",
            "x['",
            "a='b',",
            "é=\"ü\"\n",
            "\0",
            "config :a, b,\n",
            "a=>",
            "a?b:",
            "[=>",
            "a=\n",
            "define(",
            "$a['b']",
            "a=`${",
        ];
        for unit in units {
            for text in [unit.to_owned(), unit.repeat(20_000)] {
                super::super::check(&text, &parse(&text)).unwrap();
            }
        }
    }
}
