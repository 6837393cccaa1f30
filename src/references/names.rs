//! Tells the names of hosts from the names of files, classes, settings and API groups.

use super::domains::is_below;
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

/// Two-letter domains that also end file names or settings: a third label or a port must speak for the host.
static AMBIGUOUS: Words = LazyLock::new(|| words("id to is as no in pl cc rs la st hs mk ps pr"));

/// Longer top-level domains that hosts of configuration have, and the private ones that organisations use.
static GENERIC: Words = LazyLock::new(|| {
    words(
        "com org net edu gov mil int info biz name pro app dev cloud online site store shop tech xyz live systems services \
    solutions digital network company agency health bank london group team tools software studio systems technology ventures works world \
    zone life media global international blog page website space email host hosting domains run link click finance energy insurance \
    academy education school university care clinic dental hospital law legal travel tours hotel games game bet casino money cash \
    credit capital fund exchange market markets trade trading delivery express logistics direct plus social community foundation ngo \
    news press radio music video audio film art design photo photos fashion style beauty fitness sport sports club fun party events \
    berlin hamburg koeln wien swiss paris nyc tokyo amsterdam scot wales cymru cat eus gal africa asia lat aero coop jobs mobi museum post tel \
    travel xxx goog google amazon aws azure microsoft cisco ibm sap bmw \
    internal intranet local localhost localdomain lan corp home private priv test example invalid svc consul docker arpa onion \
    cluster demo",
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
const REVERSED: &[&str] = &[
    "com", "org", "net", "io", "edu", "gov", "java", "javax", "jakarta", "kotlin", "scala", "sun", "dev", "de", "uk",
    "fr",
];

/// Whether a dotted, well-formed name is the name of a host.
pub(super) fn is_host_name(host: &str, has_port: bool) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let first = host.split('.').next().unwrap_or("");
    let last = host.rsplit('.').next().unwrap_or("");
    let labels = host.split('.').count();
    if is_masked(last) {
        let literal = host
            .split('.')
            .filter(|label| label.bytes().any(|byte| byte.is_ascii_alphabetic()))
            .count();
        return has_port || (is_all_masked(last) && literal >= 2);
    }
    let one_case =
        last.bytes().all(|byte| byte.is_ascii_lowercase()) || last.bytes().all(|byte| byte.is_ascii_uppercase());
    if !one_case || is_below(host, "k8s.io") || is_below(host, "kubernetes.io") {
        return false;
    }
    let is_domain = lists(&GENERIC, last) || lists(&COUNTRIES, last);
    if has_port {
        return is_domain || lists(&AMBIGUOUS, last) || !lists(&FILES, last);
    }
    if REVERSED.contains(&first) {
        // `io.example.com` is a host, `io.example.Main` and `org.example.app` are not.
        let common = matches!(
            last,
            "com" | "org" | "net" | "io" | "gov" | "edu" | "internal" | "local"
        ) || lists(&COUNTRIES, last);
        return labels >= 3 && common && !matches!(first, "com" | "org" | "java" | "javax" | "jakarta");
    }
    is_domain || (labels >= 3 && lists(&AMBIGUOUS, last))
}

/// Whether a name ends as files do.
pub(super) fn ends_like_file(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, last)| lists(&FILES, last) && !lists(&GENERIC, last))
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
