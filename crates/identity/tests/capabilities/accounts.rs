//! Accounts: made, changed, and always with an administrator.

use oriel_identity::{AccountError, Context, NewAccount, PasswordProblem, Secret, SessionError, UserChange};
use oriel_model::{PageRequest, Role, UserId};
use oriel_testkit::{on_each_database, principal};

use crate::fixture::{last, password, server};

fn account(username: &str, role: Role) -> NewAccount {
    NewAccount { username: username.to_owned(), password: password(), role }
}

on_each_database! {
    async fn an_account_is_made_listed_and_recorded(database: Database) {
        let server = server(database).await;
        let ada = server.identity.create_user(&server.admin, account("ada", Role::Operator)).await.unwrap();
        assert_eq!(server.identity.get_user(&server.admin, ada.id).await.unwrap(), ada);
        let page = server.identity.list_users(&server.admin, PageRequest::first()).await.unwrap();
        assert_eq!(page.items.iter().map(|user| user.username.as_str()).collect::<Vec<_>>(), ["ada", "admin"]);
        assert_eq!(last(&server.database, 1).await, [("admin".to_owned(), "user.create".to_owned(), format!("user/{}", ada.id))]);
    }

    async fn bad_accounts_are_refused_by_field(database: Database) {
        let server = server(database).await;
        let create = async |username: &str, password: &str, role| {
            let new = NewAccount { username: username.to_owned(), password: Secret::new(password), role };
            server.identity.create_user(&server.admin, new).await.unwrap_err()
        };
        let error = create("ADMIN", principal::PASSWORD, Role::Viewer).await;
        assert!(matches!(error, AccountError::UsernameTaken), "{error}");
        assert_eq!(create("a b", principal::PASSWORD, Role::Viewer).await.field(), Some("username"));
        let error = create("ada", "short", Role::Viewer).await;
        assert!(matches!(error, AccountError::Password(PasswordProblem::TooShort)), "{error}");
        let error = create("ada.lovelace", "Ada.Lovelace", Role::Viewer).await;
        assert_eq!((error.field(), error.to_string().as_str()), (Some("password"), "password: it must not be the user name"));
    }

    async fn only_administrators_manage_users(database: Database) {
        let server = server(database).await;
        let operator = principal::user(&server.identity, &server.admin, "operator", Role::Operator).await.unwrap();
        let id = operator.user_id().unwrap();
        let change = UserChange { role: Some(Role::Admin), ..UserChange::default() };
        assert!(matches!(server.identity.change_user(&operator, id, change).await, Err(AccountError::Denied(_))));
        assert!(matches!(server.identity.create_user(&operator, account("x", Role::Admin)).await, Err(AccountError::Denied(_))));
        assert!(matches!(server.identity.get_user(&operator, id).await, Err(AccountError::Denied(_))));
        assert!(matches!(server.identity.list_users(&operator, PageRequest::first()).await, Err(AccountError::Denied(_))));
        let nobody = server.identity.get_user(&server.admin, UserId::generate(&server.clock)).await;
        assert!(matches!(nobody, Err(AccountError::NotFound)));
    }

    async fn the_last_administrator_stays(database: Database) {
        let server = server(database).await;
        let id = server.admin.user_id().unwrap();
        let demote = || UserChange { role: Some(Role::Viewer), ..UserChange::default() };
        let disable = || UserChange { disabled: Some(true), ..UserChange::default() };
        let error = server.identity.change_user(&server.admin, id, demote()).await.unwrap_err();
        assert_eq!(error.field(), Some("role"), "{error}");
        let error = server.identity.change_user(&server.admin, id, disable()).await.unwrap_err();
        assert_eq!(error.field(), Some("disabled"), "{error}");
        // A disabled administrator does not count.
        let other = server.identity.create_user(&server.admin, account("other", Role::Admin)).await.unwrap();
        server.identity.change_user(&server.admin, other.id, disable()).await.unwrap();
        assert!(server.identity.change_user(&server.admin, id, demote()).await.is_err());
        // Making somebody else one, in the same request as losing it, is two requests.
        let enable = UserChange { disabled: Some(false), ..UserChange::default() };
        server.identity.change_user(&server.admin, other.id, enable).await.unwrap();
        server.identity.change_user(&server.admin, id, demote()).await.unwrap();
    }

    async fn two_administrators_cannot_demote_each_other_at_once(database: Database) {
        let server = server(database).await;
        let other = principal::user(&server.identity, &server.admin, "other", Role::Admin).await.unwrap();
        let demote = |who: &oriel_identity::Context, whom: UserId| {
            let (identity, who) = (server.identity.clone(), who.clone());
            let change = UserChange { role: Some(Role::Viewer), ..UserChange::default() };
            tokio::spawn(async move { identity.change_user(&who, whom, change).await })
        };
        let first = demote(&server.admin, other.user_id().unwrap());
        let second = demote(&other, server.admin.user_id().unwrap());
        let done = [first.await.unwrap(), second.await.unwrap()];
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        assert!(done.iter().any(|done| matches!(done, Err(AccountError::LastAdministrator { field: "role" }))));
    }

    async fn a_new_role_applies_to_open_sessions(database: Database) {
        let server = server(database).await;
        server.identity.create_user(&server.admin, account("ada", Role::Operator)).await.unwrap();
        let signed_in = server.identity.sign_in(&server.nobody, "ada", password()).await.unwrap();
        let change = UserChange { role: Some(Role::Viewer), ..UserChange::default() };
        server.identity.change_user(&server.admin, signed_in.user.id, change).await.unwrap();
        let ada = principal::context(&server.identity, &server.nobody, &signed_in).await.unwrap();
        assert_eq!(ada.user().unwrap().role(), Role::Viewer);
    }

    async fn a_reset_password_and_a_disabled_account_end_sessions(database: Database) {
        let server = server(database).await;
        server.identity.create_user(&server.admin, account("ada", Role::Operator)).await.unwrap();
        let changes = [
            UserChange { password: Some(Secret::new("another good password")), ..UserChange::default() },
            UserChange { disabled: Some(true), ..UserChange::default() },
        ];
        for (change, password) in changes.into_iter().zip([principal::PASSWORD, "another good password"]) {
            let signed_in = server.identity.sign_in(&server.nobody, "ada", Secret::new(password)).await.unwrap();
            let token = signed_in.token.expose_text().unwrap();
            server.identity.authenticate(&server.nobody, token).await.unwrap();
            server.identity.change_user(&server.admin, signed_in.user.id, change).await.unwrap();
            let after = server.identity.authenticate(&server.nobody, token).await;
            assert!(matches!(after, Err(SessionError::Denied(_))), "{after:?}");
            assert!(server.identity.sign_in(&server.nobody, "ada", Secret::new(password)).await.is_err());
        }
        let actions: Vec<_> = last(&server.database, 6).await.into_iter().map(|(_, action, _)| action).collect();
        assert_eq!(actions, ["session.refuse", "user.disable", "session.sign_in", "session.refuse", "user.reset_password", "session.sign_in"]);
    }

    async fn a_change_of_nothing_records_nothing(database: Database) {
        let server = server(database).await;
        let id = server.admin.user_id().unwrap();
        let before = server.database_head().await;
        let change = UserChange { role: Some(Role::Admin), disabled: Some(false), password: None };
        server.identity.change_user(&server.admin, id, change).await.unwrap();
        assert_eq!(server.database_head().await, before);
    }

    async fn one_changes_ones_own_password(database: Database) {
        let server = server(database).await;
        let ada = principal::user(&server.identity, &server.admin, "ada", Role::Viewer).await.unwrap();
        let other_session = server.identity.sign_in(&server.nobody, "ada", password()).await.unwrap();
        let wrong = server.identity.change_own_password(&ada, Secret::new("not the password"), Secret::new("another good password"));
        assert!(matches!(wrong.await, Err(AccountError::CurrentPassword)));
        let short = server.identity.change_own_password(&ada, password(), Secret::new("short")).await;
        assert_eq!(short.unwrap_err().field(), Some("password"));
        let signed_in = server.identity.change_own_password(&ada, password(), Secret::new("another good password")).await.unwrap();
        assert!(principal::context(&server.identity, &server.nobody, &other_session).await.is_err(), "others ended");
        assert!(principal::context(&server.identity, &server.nobody, &signed_in).await.is_ok(), "a new one is open");
        assert!(server.identity.sign_in(&server.nobody, "ada", password()).await.is_err());
        assert!(server.identity.sign_in(&server.nobody, "ada", Secret::new("another good password")).await.is_ok());
    }

    async fn a_lost_password_is_recovered_on_the_machine_alone(database: Database) {
        let server = server(database).await;
        let new = || Secret::new("another good password");
        let denied = server.identity.reset_password_locally(&server.admin, "admin", new()).await;
        assert!(matches!(denied, Err(AccountError::Denied(_))), "{denied:?}");
        let machine = Context::system("command-line", "", server.clock.clone());
        let unknown = server.identity.reset_password_locally(&machine, "nobody", new()).await;
        assert!(matches!(unknown, Err(AccountError::NotFound)), "{unknown:?}");
        server.identity.reset_password_locally(&machine, "Admin", new()).await.unwrap();
        let session = server.admin.user().unwrap().session();
        let left = server.identity.list_sessions(&server.admin, server.admin.user_id().unwrap()).await.unwrap();
        assert!(left.iter().all(|open| open.id != session), "open sessions ended");
        server.identity.sign_in(&server.nobody, "admin", new()).await.unwrap();
    }

    async fn guessing_the_current_password_is_throttled(database: Database) {
        let server = server(database).await;
        let ada = principal::user(&server.identity, &server.admin, "ada", Role::Viewer).await.unwrap();
        let mut answers = Vec::new();
        for _ in 0..11 {
            let guess = Secret::new("not the password");
            answers.push(server.identity.change_own_password(&ada, guess, Secret::new("another good password")).await.unwrap_err());
        }
        assert!(matches!(answers.pop(), Some(AccountError::Throttled { seconds: 30 })));
        assert!(answers.iter().all(|answer| matches!(answer, AccountError::CurrentPassword)));
    }
}

impl crate::fixture::Server {
    async fn database_head(&self) -> oriel_storage::audit::AuditHead {
        use oriel_storage::Repositories as _;
        self.database.audit().head().await.unwrap()
    }
}
