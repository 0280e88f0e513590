//! The policy, word for word: every action for everybody there is.

use std::sync::Arc;

use oriel_identity::{Action, Context, Denied, Origin, authorize};
use oriel_model::{ManualClock, Role};
use oriel_testkit::{on_each_database, principal};

use crate::fixture;

/// Who may: administrator, operator, viewer, the system.
const TABLE: &[(Action, [bool; 4])] = &[
    (Action::ReadIncidents, [true, true, true, false]),
    (Action::CreateIncident, [true, true, false, true]),
    (Action::ReadInvestigations, [true, true, true, false]),
    (Action::StartInvestigation, [true, true, false, true]),
    (Action::CancelInvestigation, [true, true, false, false]),
    (Action::ReportOutcome, [true, true, false, false]),
    (Action::ReadKnowledge, [true, true, true, true]),
    (Action::ChangeKnowledge, [true, true, false, true]),
    (Action::ManageKnowledge, [true, false, false, true]),
    (Action::ReadTargets, [true, true, true, true]),
    (Action::ManageTargets, [true, false, false, true]),
    (Action::ReachTarget, [true, true, false, false]),
    (Action::ReadRuns, [true, true, true, false]),
    (Action::StartRun, [true, true, false, false]),
    (Action::AskTarget, [true, true, false, true]),
    (Action::CancelRun, [true, true, false, false]),
    (Action::ReadAudit, [true, true, false, false]),
    (Action::ReadUsers, [true, false, false, false]),
    (Action::ManageUsers, [true, false, false, false]),
    (Action::RecoverAccount, [false, false, false, true]),
    (Action::ManageSelf, [true, true, true, false]),
];

#[test]
fn the_table_has_every_action_once() {
    assert_eq!(TABLE.iter().map(|(action, _)| *action).collect::<Vec<_>>(), Action::ALL);
}

on_each_database! {
    async fn everybody_may_what_the_table_says_and_nothing_else(database: Database) {
        let server = fixture::server(database).await;
        let operator = principal::user(&server.identity, &server.admin, "operator", Role::Operator).await.unwrap();
        let viewer = principal::user(&server.identity, &server.admin, "viewer", Role::Viewer).await.unwrap();
        let system = Context::system("recovery", "", server.clock.clone());
        for (action, expected) in TABLE {
            let callers = [&server.admin, &operator, &viewer, &system];
            for (caller, expected) in callers.into_iter().zip(expected) {
                let answer = authorize(caller, *action);
                assert_eq!(answer.is_ok(), *expected, "{action} for {:?}", caller.principal());
                if let Ok(proof) = answer {
                    assert_eq!((proof.scope(), proof.principal()), (action, caller.principal()));
                }
            }
            assert_eq!(authorize(&server.nobody, *action), Err(Denied::NotSignedIn), "{action}");
        }
        let denied = authorize(&viewer, Action::StartRun).unwrap_err();
        let text = "a user with the role viewer may not do this (runs.start); ask somebody with the role admin or operator";
        assert_eq!(denied.to_string(), text);
    }
}

#[test]
fn nobody_may_anything() {
    let nobody = Context::anonymous("", Arc::new(ManualClock::default()), Origin::default());
    for action in Action::ALL {
        assert_eq!(authorize(&nobody, *action), Err(Denied::NotSignedIn), "{action}");
    }
}
