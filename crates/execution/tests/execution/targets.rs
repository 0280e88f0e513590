//! Adding, changing and deleting targets.

use oriel_execution::targets::{self, NewTarget, TargetError, TargetUpdate};
use oriel_model::PageRequest;
use oriel_storage::Repositories as _;

use crate::fixture::Fixture;

fn field(error: &TargetError) -> &'static str {
    match error {
        TargetError::Invalid { field, .. } => field,
        TargetError::NameTaken => "name, taken",
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_key_goes_in_and_never_comes_out() {
    let fixture = Fixture::new().await;
    let target = fixture.add(fixture.new_target("web")).await;
    let key = fixture.sshd.private_key().unwrap();
    let body = key.lines().nth(1).unwrap();
    let read = targets::get(&fixture.context, &fixture.execution, target.id).await.unwrap();
    assert_eq!(read, target);
    assert!(!serde_json::to_string(&read).unwrap().contains(body));
    assert!(!format!("{:?} {:?}", read, fixture.new_target("web")).contains(body));
    for entry in std::fs::read_dir(fixture.directory.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let content = std::fs::read(&path).unwrap();
            assert!(!content.windows(body.len()).any(|window| window == body.as_bytes()), "{}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_and_keys_are_checked() {
    let fixture = Fixture::new().await;
    let first = fixture.add(fixture.new_target("web")).await;
    let second = fixture.add(fixture.new_target("db")).await;
    let create = async |new: NewTarget| targets::create(&fixture.context, &fixture.execution, new).await.unwrap_err();
    assert_eq!(field(&create(fixture.new_target("web")).await), "name, taken");
    let encrypted = fixture.sshd.foreign_private_key("ed25519", "secret").unwrap();
    let error = create(NewTarget { private_key: Some(encrypted), ..fixture.new_target("c") }).await;
    assert_eq!(field(&error), "private_key");
    assert!(error.to_string().contains("ssh-keygen -p"), "{error}");
    let rsa = fixture.sshd.foreign_private_key("rsa", "").unwrap();
    let error = create(NewTarget { private_key: Some(rsa), ..fixture.new_target("c") }).await;
    assert!(error.to_string().contains("ssh-keygen -t ed25519"), "{error}");
    assert_eq!(field(&create(NewTarget { private_key: None, ..fixture.new_target("c") }).await), "private_key");

    let rename = TargetUpdate { name: Some("web".to_owned()), ..TargetUpdate::default() };
    let error = targets::update(&fixture.context, &fixture.execution, second.id, rename, None).await.unwrap_err();
    assert_eq!(field(&error), "name, taken");
    let page = targets::list(&fixture.context, &fixture.execution, PageRequest::first()).await.unwrap();
    assert_eq!(page.items, [second, first]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_forgets_the_pinned_key_and_another_key_replaces_the_old() {
    let fixture = Fixture::new().await;
    let id = fixture.target("web").await;
    let update = async |change: TargetUpdate, expected| {
        targets::update(&fixture.context, &fixture.execution, id, change, expected).await
    };
    let pinned = targets::get(&fixture.context, &fixture.execution, id).await.unwrap();
    let old_secret = pinned.secret_id.unwrap();
    let fingerprint = fixture.sshd.host_key_fingerprint().unwrap();
    assert_eq!(pinned.host_key.as_ref().unwrap().fingerprint, fingerprint);

    let key = Some(fixture.sshd.ecdsa_private_key().unwrap());
    let changed = update(TargetUpdate { private_key: key, ..TargetUpdate::default() }, Some(pinned.version)).await;
    let changed = changed.unwrap();
    assert_eq!(changed.host_key, pinned.host_key);
    assert_ne!(changed.secret_id, pinned.secret_id);
    assert!(!fixture.database.secrets().delete(old_secret).await.unwrap());

    let host = || TargetUpdate { host: Some("localhost".to_owned()), ..TargetUpdate::default() };
    assert!(matches!(update(host(), Some(pinned.version)).await, Err(TargetError::Changed)));
    let moved = update(host(), Some(changed.version)).await.unwrap();
    assert_eq!((moved.host_key, moved.secret_id), (None, changed.secret_id));
    let error = update(TargetUpdate { port: Some(0), ..TargetUpdate::default() }, None).await.unwrap_err();
    assert_eq!(field(&error), "port");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_target_takes_its_key_along_and_leaves_its_history() {
    let fixture = Fixture::new().await;
    let id = fixture.target("web").await;
    let task = fixture.run("echo kept", id).await;
    let secret = targets::get(&fixture.context, &fixture.execution, id).await.unwrap().secret_id.unwrap();
    targets::delete(&fixture.context, &fixture.execution, id).await.unwrap();
    assert!(!fixture.database.secrets().delete(secret).await.unwrap());
    for gone in [
        targets::get(&fixture.context, &fixture.execution, id).await.map(drop),
        targets::delete(&fixture.context, &fixture.execution, id).await,
    ] {
        assert!(matches!(gone, Err(TargetError::NotFound)));
    }
    let kept = oriel_execution::runs::get(&fixture.context, &fixture.execution, task.run_id).await.unwrap();
    assert_eq!(kept.tasks, [task]);
}
