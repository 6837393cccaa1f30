//! Files that are too large, elsewhere or unreadable.

use super::*;

#[test]
fn a_sparse_file_of_100_megabytes_is_left_out() {
    let tree = Tree::of(&[("deploy/production/a.env", "DB_HOST=orders.staging.shop.example\n")]);
    let file = std::fs::File::create(tree.at("deploy/production/big.yaml")).unwrap();
    file.set_len(100 << 20).unwrap();
    let report = report(&tree);
    assert_eq!(
        skipped(&report),
        [("deploy/production/big.yaml".to_owned(), "over the size cap".to_owned())]
    );
    assert_eq!(places(&report), ["deploy/production/a.env:1"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = Tree::of(&[("production/secret.env", "DB_HOST=orders.staging.shop.example\n")]);
    let tree = Tree::of(&[("deploy/production/a.env", "DB_HOST=orders.prod.shop.example\n")]);
    symlink("..", tree.at("deploy/production/up")).unwrap();
    symlink("itself", tree.at("deploy/production/itself")).unwrap();
    symlink(tree.path(), tree.at("deploy/production/root")).unwrap();
    symlink(outside.path(), tree.at("deploy/production/outside")).unwrap();
    symlink(
        outside.at("production/secret.env"),
        tree.at("deploy/production/link.env"),
    )
    .unwrap();
    symlink("nowhere", tree.at("deploy/production/dangling.yaml")).unwrap();
    symlink("itself.yaml", tree.at("deploy/production/itself.yaml")).unwrap();
    let report = report(&tree);
    assert!(places(&report).is_empty());
    let left_out = skipped(&report);
    for name in ["link.env", "dangling.yaml", "itself.yaml"] {
        let entry = (format!("deploy/production/{name}"), "symbolic link".to_owned());
        assert!(left_out.contains(&entry), "{name}: {left_out:?}");
    }
    // One that is asked for by name is followed.
    assert_eq!(run(&tree, &["lint", "deploy/production/link.env"]).code, 1);
    assert_eq!(run(&tree, &["lint", "deploy/production/itself.yaml"]).code, 2);
    assert_eq!(run(&tree, &["lint", "deploy/production/dangling.yaml"]).code, 2);
}

/// Root may read every file; memory at offset 0 not even root can.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_fails_the_run() {
    let tree = Tree::of(&[("deploy/production/a.env", "DB_HOST=orders.staging.shop.example\n")]);
    let run = run(&tree, &["lint", "deploy", "/proc/self/mem", "--output-format", "json"]);
    assert_eq!(run.code, 2, "{}", run.all());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["coverage"]["unreadable"], 1);
    assert_eq!(report["problems"][0]["level"], "error");
    assert_eq!(report["verdict"], "error");
    assert_eq!(
        places(&report),
        ["deploy/production/a.env:1"],
        "what could be read is judged all the same"
    );
}
