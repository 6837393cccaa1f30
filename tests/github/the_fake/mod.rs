//! The fake behaves as GitHub does, and notices what GitHub would not take.

mod client;
mod comments;
mod deploys;
mod descriptions;
mod graphql;
mod jobs;
mod reading;
mod reviews;
mod troubles;

use crate::fake::{Fake, Repository};

/// A shop whose production database is changed on the branch `change`, with pull request 1.
fn shop() -> (Repository, Fake, u64) {
    let repository = Repository::of(&[
        ("README.md", "# Orders\n"),
        (
            "deploy/production.env",
            "NAME=orders\nDB_HOST=orders.prod.shop.example\nPORT=5432\n",
        ),
        (
            "deploy/old.env",
            "NAME=old\nDB_HOST=old.prod.shop.example\nPORT=5432\nPOOL=10\n",
        ),
    ]);
    repository.branch("change");
    repository.write(
        "deploy/production.env",
        "NAME=orders\nDB_HOST=orders.staging.shop.example\nPORT=5432\n",
    );
    repository.commit("Use the new database");
    let fake = Fake::start(&repository);
    let number = fake.open_pull("change", "main");
    (repository, fake, number)
}
