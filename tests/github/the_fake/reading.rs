//! Pull requests, files, comparisons, contents, archives.

use super::client::{ask, get};
use super::shop;
use crate::fake::{Fake, Repository};
use crate::support::Tree;
use serde_json::{Value, json};
use std::process::{Command, Stdio};

/// Asks for contents of some media type.
fn contents(fake: &Fake, path: &str, accept: &str) -> super::client::Reply {
    let url = format!("{}/repos/shop/orders/contents/{path}", fake.api_url());
    let token = format!("Bearer {}", fake.token());
    ask(
        "GET",
        &url,
        &[("Authorization", &token), ("User-Agent", "test"), ("Accept", accept)],
        None,
    )
    .unwrap()
}

#[test]
fn a_pull_request_tells_its_ends_and_counts() {
    let (repository, fake, number) = shop();
    let pull = get(&fake, &format!("/pulls/{number}")).json();
    assert_eq!(pull["head"]["sha"], repository.sha("change"));
    assert_eq!(pull["base"]["sha"], repository.sha("main"));
    assert_eq!(
        (&pull["changed_files"], &pull["additions"], &pull["deletions"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(pull["merge_commit_sha"], fake.merge_commit(number));
    assert_eq!(
        pull["merge_commit_sha"],
        get(&fake, &format!("/pulls/{number}")).json()["merge_commit_sha"]
    );
    assert_eq!(get(&fake, "/pulls?head=shop:change").json()[0]["number"], number);
    assert_eq!(get(&fake, "/pulls?head=shop:other").json(), json!([]));
    assert_eq!(get(&fake, "/pulls/99").status, 404);
    assert_eq!(get(&fake, "").json()["default_branch"], "main");
}

#[test]
fn files_of_every_kind() {
    let (repository, fake, number) = shop();
    // Changes of the base after the branch are none of the pull request's.
    repository.switch("main").write("later.env", "A=1\n").commit("Later");
    repository.switch("change");
    repository
        .rename("deploy/old.env", "deploy/new.env")
        .remove("README.md");
    repository
        .write("image.png", [0_u8, 1, 2, 255, 0])
        .write("empty.env", "");
    repository.write("deploy/large.env", "KEY=value\n".repeat(20_001));
    repository.commit("More");
    let files = get(&fake, &format!("/pulls/{number}/files?per_page=100")).json();
    let found: Vec<(&str, &str, bool)> = files.as_array().unwrap().iter().map(about).collect();
    let expected = [
        ("README.md", "removed", true),
        ("deploy/large.env", "added", false),
        ("deploy/new.env", "renamed", false),
        ("deploy/production.env", "modified", false),
        ("empty.env", "added", false),
        ("image.png", "added", false),
    ];
    // After a difference that is too large as a whole, no patch is given.
    assert_eq!(found, expected);
    assert_eq!(files[2]["previous_filename"], "deploy/old.env");
    assert_eq!(files[1]["additions"], 20_001);
    repository.remove("deploy/large.env").commit("Smaller");
    let files = get(&fake, &format!("/pulls/{number}/files")).json();
    let patch = "@@ -1,3 +1,3 @@\n NAME=orders\n-DB_HOST=orders.prod.shop.example\n+DB_HOST=orders.staging.shop.example\n PORT=5432";
    assert_eq!(files[2]["patch"], patch);
    assert_eq!(files[0]["patch"], "@@ -1 +0,0 @@\n-# Orders");
}

fn about(file: &Value) -> (&str, &str, bool) {
    let text = |name: &str| file[name].as_str().unwrap();
    (text("filename"), text("status"), file.get("patch").is_some())
}

#[test]
fn a_file_without_a_last_line_end() {
    let repository = Repository::of(&[("a.env", "A=1")]);
    repository.branch("change").write("a.env", "A=2").commit("Two");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("change", "main");
    let files = get(&fake, &format!("/pulls/{number}/files")).json();
    let patch = "@@ -1 +1 @@\n-A=1\n\\ No newline at end of file\n+A=2\n\\ No newline at end of file";
    assert_eq!(files[0]["patch"], patch);
}

#[cfg(unix)]
#[test]
fn names_that_need_care() {
    let names = [
        "a b.env",
        "\"quoted\".env",
        "colon:env",
        "line\nbreak.env",
        "größe-生産.env",
        "100%.env",
        "#a?b&c.env",
        "-dash.env",
        "tab\t.env",
    ];
    let repository = Repository::of(&[("README.md", "# Shop\n")]);
    repository.branch("change");
    for name in names {
        repository.write(&format!("deploy/{name}"), "A=1\n");
    }
    let head = repository.commit("Names");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("change", "main");
    let files = get(&fake, &format!("/pulls/{number}/files")).json();
    let files = files.as_array().unwrap();
    assert_eq!(files.len(), names.len());
    for name in names {
        let path = format!("deploy/{name}");
        let file = files.iter().find(|file| file["filename"] == path).unwrap();
        assert_eq!(file["patch"], "@@ -0,0 +1 @@\n+A=1", "{path}");
        let encoded: String = path.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let raw = contents(
            &fake,
            &format!("{encoded}?ref={head}"),
            "application/vnd.github.raw+json",
        );
        assert_eq!((raw.status, raw.text().as_str()), (200, "A=1\n"), "{path}");
    }
}

#[test]
fn the_list_of_files_ends_at_three_thousand() {
    let repository = Repository::of(&[("README.md", "# Shop\n")]);
    repository.branch("change");
    for index in 0..3010 {
        repository.write(&format!("many/{index:04}.env"), "A=1\n");
    }
    repository.commit("Many");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("change", "main");
    let first = get(&fake, &format!("/pulls/{number}/files?per_page=100"));
    assert!(first.link("last").unwrap().ends_with("per_page=100&page=30"));
    let last = get(&fake, &format!("/pulls/{number}/files?per_page=100&page=30"));
    assert_eq!(last.json()[99]["filename"], "many/2999.env");
    assert!(last.link("next").is_none() && last.link("prev").is_some());
    assert_eq!(get(&fake, &format!("/pulls/{number}")).json()["changed_files"], 3010);
    let (base, head) = (repository.sha("main"), repository.sha("change"));
    let compared = get(&fake, &format!("/compare/{base}...{head}")).json();
    assert_eq!(compared["files"].as_array().unwrap().len(), 300);
}

#[test]
fn comparisons() {
    let (repository, fake, _) = shop();
    repository.switch("main").write("later.env", "A=1\n").commit("Later");
    let compared = get(&fake, "/compare/main...change").json();
    assert_eq!(compared["status"], "diverged");
    assert_eq!((&compared["ahead_by"], &compared["behind_by"]), (&json!(1), &json!(1)));
    assert_eq!(compared["files"][0]["filename"], "deploy/production.env");
    assert_eq!(compared["merge_base_commit"]["sha"], repository.sha("main~1"));
    assert_eq!(compared["commits"][0]["commit"]["message"], "Use the new database");
    assert_eq!(get(&fake, "/compare/main...main").json()["status"], "identical");
    assert_eq!(get(&fake, "/compare/main~1...main").json()["status"], "ahead");
    assert_eq!(get(&fake, "/compare/main...none").status, 404);
}

#[test]
fn contents_raw_and_as_objects() {
    let (repository, fake, _) = shop();
    let raw = contents(
        &fake,
        "deploy/production.env?ref=change",
        "application/vnd.github.raw+json",
    );
    assert!(raw.text().contains("staging"), "{}", raw.text());
    let older = contents(&fake, "deploy/production.env", "application/vnd.github.v3.raw");
    assert!(older.text().contains("orders.prod.shop"));
    let object = contents(
        &fake,
        "deploy/production.env?ref=main",
        "application/vnd.github.object+json",
    )
    .json();
    assert_eq!(
        (&object["type"], &object["encoding"]),
        (&json!("file"), &json!("base64"))
    );
    let directory = contents(&fake, "deploy", "application/vnd.github.object+json").json();
    assert_eq!(directory["entries"][1]["path"], "deploy/production.env");
    let listed = contents(&fake, "deploy", "application/vnd.github.raw+json").json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(contents(&fake, "none.yml", "application/vnd.github.raw").status, 404);
    assert_eq!(
        contents(&fake, "README.md?ref=none", "application/vnd.github.raw").status,
        404
    );
    repository
        .switch("main")
        .write("large.txt", "x".repeat(1_000_001))
        .commit("Large");
    let large = get(&fake, "/contents/large.txt").json();
    assert_eq!((&large["encoding"], &large["content"]), (&json!("none"), &json!("")));
    assert_eq!(
        contents(&fake, "large.txt", "application/vnd.github.raw").body.len(),
        1_000_001
    );
}

#[test]
fn archives_are_on_another_host() {
    let (repository, fake, number) = shop();
    let sha = fake.head(number);
    let reply = get(&fake, &format!("/tarball/{sha}"));
    assert_eq!(reply.status, 302);
    let location = reply.header("location").unwrap().to_owned();
    assert!(location.starts_with("http://localhost:") && !fake.api_url().contains("localhost"));
    let archive = ask("GET", &location, &[], None).unwrap();
    let tree = Tree::new();
    let mut tar = Command::new("tar");
    let mut running = tar
        .args(["-xz", "-C"])
        .arg(tree.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut running.stdin.take().unwrap(), &archive.body).unwrap();
    assert!(running.wait().unwrap().success());
    let name = format!("shop-orders-{}/deploy/production.env", &sha[..7]);
    assert!(std::fs::read_to_string(tree.at(&name)).unwrap().contains("staging"));
    assert!(fake.downloads()[0].header("authorization").is_none());
    ask("GET", &location, &[("Authorization", "Bearer leaked")], None).unwrap();
    assert_eq!(fake.downloads()[1].header("authorization"), Some("Bearer leaked"));
    assert_eq!(
        ask("GET", &location.replace(&sha, "none"), &[], None).unwrap().status,
        404
    );
    drop(repository);
}

#[test]
fn checkouts_are_shallow_where_wanted() {
    let (repository, fake, number) = shop();
    let merge = fake.merge_commit(number);
    let count = |depth| {
        let tree = repository.checkout(&merge, depth);
        assert!(tree.at("deploy/production.env").exists());
        tree.git(&["rev-list", "--count", "HEAD"]).trim().to_owned()
    };
    assert_eq!([count(Some(1)), count(Some(2)), count(None)], ["1", "3", "3"]);
}

#[test]
fn a_path_before_the_api() {
    let repository = Repository::of(&[("README.md", "# Shop\n")]);
    let fake = Fake::start_below(&repository, "/api/v3");
    assert!(fake.api_url().ends_with("/api/v3"));
    assert!(fake.graphql_url().ends_with("/api/graphql"));
    assert_eq!(get(&fake, "").status, 200);
    let login = super::client::query(&fake, "{ viewer { login } }", json!({}));
    assert!(login["data"]["viewer"]["login"].is_string());
    let outside = ask(
        "GET",
        &fake.api_url().replace("/api/v3", "/repos/shop/orders"),
        &[("User-Agent", "test")],
        None,
    );
    assert_eq!(outside.unwrap().status, 404);
    assert_eq!(fake.forgive().len(), 1);
}
