//! The schema, as a list of steps that only grows.
//!
//! A step that has been released is never edited; a change is a new step. Times
//! are `timestamp with time zone`, ids `uuid`, JSON and words `text`, so that one
//! definition serves both databases.

use sea_orm_migration::prelude::*;

mod m0001_accounts;
mod m0002_investigations;
mod m0003_execution;
mod m0004_audit;
mod m0005_delivery;
mod m0006_alert_groups;
mod m0007_inquiries;
mod m0008_knowledge;

pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_accounts::Migration),
            Box::new(m0002_investigations::Migration),
            Box::new(m0003_execution::Migration),
            Box::new(m0004_audit::Migration),
            Box::new(m0005_delivery::Migration),
            Box::new(m0006_alert_groups::Migration),
            Box::new(m0007_inquiries::Migration),
            Box::new(m0008_knowledge::Migration),
        ]
    }
}

/// An index named after its table and columns.
fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}_index", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// An index that also refuses a second row with the same values.
fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().to_owned()
}

/// `column` names a row of `table`; deleting that row is refused, or deletes this one too.
fn reference(
    from: &'static str,
    column: &'static str,
    table: &'static str,
    deleted: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{from}_{column}_reference"))
        .from(from, column)
        .to(table, "id")
        .on_delete(deleted)
        .to_owned()
}
