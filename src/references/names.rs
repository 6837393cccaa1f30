//! Tells the names of hosts from the names of files, classes, settings and API groups.

use super::domains::{self, is_below};
use super::templates::{is_all_masked, is_masked};
use std::collections::HashSet;
use std::sync::LazyLock;

/// A list of words, split when it is first asked.
type Words = LazyLock<HashSet<&'static str>>;

/// Two-letter top-level domains, but those that are better known as the ends of files and settings.
static COUNTRIES: Words = LazyLock::new(|| {
    words(
        "ac ad ae af ag ai al am ao aq ar at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cf cg ch \
    ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp \
    gq gr gs gt gu gw gy hk hm hn hr ht hu ie il im io iq ir it je jm jo jp ke kg kh ki km kn kp kr kw ky kz lb lc li lk lr \
    ls lt lu lv ly ma mc me mg mh mm mn mo mp mq mr mt mu mv mw mx my mz na nc ne nf ng ni nl np nr nu nz om pa pe pf pg ph pk \
    pn pt pw qa re ro ru rw sa sb sc sd se sg si sk sl sm sn sr ss su sv sx sy sz tc td tg th tj tk tm tn tr tt tv \
    tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw",
    )
});

/// Domains that also end file names: a third label must speak for the host.
static LIKE_FILES: Words = LazyLock::new(|| words("pl cc rs la st hs mk ps pr"));

/// Domains that also end the names of settings and of attributes of resources: a third label, and a dash or digit in one of
/// them, must speak for the host.
static LIKE_SETTINGS: Words = LazyLock::new(|| {
    words(
        "id to is as no in name host email link page run click zone group team tools software media video audio art design photo store \
        events market credit cash post cat jobs pro space direct express data home private cluster demo info domains delivery policy \
        source target type version value key path",
    )
});

/// Longer top-level domains that hosts of configuration have, and the private ones that organisations use.
static GENERIC: Words = LazyLock::new(|| {
    words(
        "com org net edu gov mil int biz app dev cloud online site shop tech xyz live systems services solutions \
        digital network company agency health bank london studio technology ventures works world life global \
        international blog website hosting finance energy insurance academy education school university care \
        clinic dental hospital law legal travel tours hotel games game bet casino money capital fund exchange \
        markets trade trading logistics plus social community foundation ngo news press radio music film photos \
        fashion style beauty fitness sport sports club fun party berlin hamburg koeln wien swiss paris nyc tokyo \
        amsterdam scot wales cymru eus gal africa asia lat aero coop mobi museum tel xxx goog google amazon aws \
        azure microsoft cisco ibm sap bmw internal intranet local localhost localdomain lan corp priv test \
        example invalid svc consul docker arpa onion",
    )
});

/// What ends the names of files.
static FILES: Words = LazyLock::new(|| {
    words(
        "json yaml yml sh bash zsh html htm js mjs cjs ts tsx jsx py pyc tf tfvars tfstate xml xsd xsl txt png jpg jpeg gif svg ico webp \
    jar war ear zip tar gz tgz bz2 xz log conf config cfg cnf ini toml lock pem crt cer key csr p12 pfx jks md rst adoc properties rb erb \
    php csv tsv gz sql db sqlite bak tmp go java class kt kts scala groovy gradle cs csproj sln vb fs cpp hpp exe dll so dylib bin deb rpm \
    apk ipa iso img css scss less map woff woff2 ttf eot pdf doc docx xls xlsx ppt pptx env example template tpl tmpl j2 jinja hcl \
    nomad rego proto avsc avro parquet graphql wasm pid sock socket service timer target mount rules policy patch diff dockerfile makefile \
    ps1 bat cmd pl pm lua vim el swift dart vue svelte ipynb rdb dump asc gpg sig sha256 md5 dat data list",
    )
});

/// First labels of class, package and bundle names, which write domains backwards.
#[rustfmt::skip]
const REVERSED: &[&str] = &[
    "com", "org", "net", "io", "edu", "gov", "java", "javax", "jakarta", "kotlin", "scala", "sun", "dev", "de", "uk",
    "fr",
];

/// First labels of the expressions of Terraform and workflows.
#[rustfmt::skip]
const EXPRESSIONS: &[&str] = &[
    "var", "local", "module", "data", "each", "self", "path", "terraform", "inputs", "outputs", "secrets", "vars",
    "env", "github", "matrix", "steps", "needs", "values",
];

/// Whether a dotted, well-formed name is the name of a host.
pub(super) fn is_host_name(host: &str, has_port: bool) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let first = host.split('.').next().unwrap_or("");
    let last = host.rsplit('.').next().unwrap_or("");
    let labels = host.split('.').count();
    if is_masked(last) {
        let has_letter = |label: &&str| label.bytes().any(|byte| byte.is_ascii_alphabetic());
        let literal = host.split('.').filter(has_letter).count();
        return has_port || (is_all_masked(last) && literal >= 2 && !host.contains('_'));
    }
    let one_case =
        last.bytes().all(|byte| byte.is_ascii_lowercase()) || last.bytes().all(|byte| byte.is_ascii_uppercase());
    if !one_case || is_below(host, "k8s.io") || is_below(host, "kubernetes.io") {
        return false;
    }
    let is_domain = lists(&GENERIC, last) || lists(&COUNTRIES, last);
    if has_port {
        return is_domain || lists(&LIKE_FILES, last) || lists(&LIKE_SETTINGS, last) || !lists(&FILES, last);
    }
    if REVERSED.contains(&first) || EXPRESSIONS.contains(&first) {
        // `io.example.com` is a host, `io.example.Main` and `org.example.app` are not.
        let common = matches!(
            last,
            "com" | "org" | "net" | "io" | "gov" | "edu" | "internal" | "local"
        ) || lists(&COUNTRIES, last);
        return labels >= 3 && common && !matches!(first, "com" | "org" | "java" | "javax" | "jakarta");
    }
    // Underscores are in the names of resources and attributes.
    let spoken = !host.contains('_') || domains::of_host(host).is_some();
    let marked = host.bytes().any(|byte| byte.is_ascii_digit() || byte == b'-');
    spoken && (is_domain || labels >= 3 && (lists(&LIKE_FILES, last) || marked && lists(&LIKE_SETTINGS, last)))
}

/// Whether a name ends as files do.
pub(super) fn ends_like_file(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, last)| lists(&FILES, last) && !lists(&GENERIC, last) && !lists(&LIKE_SETTINGS, last))
}

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_ascii_whitespace().collect()
}

fn lists(words: &Words, word: &str) -> bool {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        words.contains(word.to_ascii_lowercase().as_str())
    } else {
        words.contains(word)
    }
}
