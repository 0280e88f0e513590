//! Bundles as they should not be: climbing paths, links, bombs, early ends; and as they should.

use std::io::Write;

use tar::EntryType as EntryKind;

use super::*;

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // Written by hand: the library itself refuses to write unsafe names.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zstd_of(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

type Seen = (Result<Walked, ReadError>, Vec<(String, usize)>, Vec<crate::Skipped>);

fn seen(source: &Source, limits: &Limits) -> Seen {
    let mut skips = Skips::default();
    let mut files = Vec::new();
    let result = walk(source, limits, &mut skips, &mut |file, _| {
        let mut bytes = Vec::new();
        let _ = file.reader.read_to_end(&mut bytes);
        files.push((file.path.to_owned(), bytes.len()));
    });
    (result, files, skips.finish())
}

#[test]
fn an_archive_gives_its_files_without_its_own_directory() {
    let tar = tar_of(&[("shop/incident.toml", b"title='x'"), ("shop/metrics/a.csv", b"time,v\n"), ("shop/notes", b"")]);
    for bytes in [tar.clone(), zstd_of(&tar)] {
        let (result, files, skipped) = seen(&Source::ArchiveBytes(bytes), &Limits::default());
        assert_eq!(result.unwrap().files, 3);
        let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["incident.toml", "metrics/a.csv", "shop/notes"]);
        assert!(skipped.is_empty());
    }
}

#[test]
fn paths_that_leave_the_archive_are_refused() {
    for path in ["../etc/passwd", "metrics/../../x", "/etc/passwd", "..\\x", "C:\\x", "a/.."] {
        let (result, files, _) = seen(&Source::ArchiveBytes(zstd_of(&tar_of(&[(path, b"x")]))), &Limits::default());
        assert!(matches!(result, Err(ReadError::UnsafePath { .. })), "{path}: {result:?}");
        assert!(files.is_empty());
    }
}

#[test]
fn links_and_devices_are_passed_over_and_stated() {
    let mut builder = tar::Builder::new(Vec::new());
    for kind in [EntryKind::Symlink, EntryKind::Link, EntryKind::Char, EntryKind::Fifo] {
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        header.set_entry_type(kind);
        header.set_path("logs/passwd").unwrap();
        if matches!(kind, EntryKind::Symlink | EntryKind::Link) {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        builder.append(&header, &b""[..]).unwrap();
    }
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    header.set_path("logs/a.log").unwrap();
    header.set_cksum();
    builder.append(&header, &b"x"[..]).unwrap();
    let (result, files, skipped) = seen(&Source::ArchiveBytes(builder.into_inner().unwrap()), &Limits::default());
    assert_eq!(result.unwrap().files, 1);
    assert_eq!(files, [("logs/a.log".to_owned(), 1)]);
    assert_eq!(skipped.len(), 4);
}
#[test]
fn a_truncated_archive_gives_what_came_before_its_end() {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let noise: Vec<u8> = (0..400_000).map(|_| next()).collect();
    let bytes = zstd_of(&tar_of(&[("logs/a.log", b"hello"), ("logs/b.log", &noise)]));
    let (result, files, skipped) = seen(&Source::ArchiveBytes(bytes[..bytes.len() / 2].to_vec()), &Limits::default());
    assert!(result.is_ok());
    assert_eq!(files[0], ("logs/a.log".to_owned(), 5));
    assert!(skipped.iter().any(|s| s.reason.contains("ends early")), "{skipped:?}");
}

#[test]
fn an_archive_cut_in_its_first_header_is_an_error() {
    let bytes = zstd_of(&tar_of(&[("logs/a.log", b"hello")]));
    let (result, ..) = seen(&Source::ArchiveBytes(bytes[..12].to_vec()), &Limits::default());
    assert!(matches!(result, Err(ReadError::Damaged { .. })), "{result:?}");
    assert!(matches!(seen(&Source::ArchiveBytes(vec![]), &Limits::default()).0, Err(ReadError::Damaged { .. })));
    let zip = b"PK\x03\x04 not a tar".to_vec();
    assert!(matches!(seen(&Source::ArchiveBytes(zip), &Limits::default()).0, Err(ReadError::NotAnArchive { .. })));
}

#[test]
fn a_bomb_is_stopped_by_ratio_and_by_total() {
    let bytes = zstd_of(&tar_of(&[("logs/a.log", &vec![0u8; 8 << 20])]));
    let by_ratio = Limits { ratio_floor_bytes: 1 << 20, max_ratio: 100, ..Limits::default() };
    let by_total = Limits { max_total_bytes: 1 << 20, ..Limits::default() };
    for limits in [by_ratio, by_total] {
        let (result, ..) = seen(&Source::ArchiveBytes(bytes.clone()), &limits);
        let Err(ReadError::TooLarge { bytes, .. }) = result else { panic!("{result:?}") };
        assert!(bytes < 3 << 20);
    }
}

#[test]
fn a_header_may_not_hold_a_gigantic_name() {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(EntryKind::GNULongName);
    header.set_size(64 << 20);
    header.set_path("././@LongLink").unwrap();
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.write_all(&vec![b'a'; 64 << 20]).unwrap();
    let (result, ..) = seen(&Source::ArchiveBytes(zstd_of(&bytes)), &Limits::default());
    assert!(matches!(result, Err(ReadError::TooLarge { .. })), "{result:?}");
}

#[test]
fn directories_refuse_links_and_state_cuts() {
    let root = tempfile::tempdir().unwrap();
    assert!(matches!(seen(&Source::open(root.path().to_owned()), &Limits::default()).0, Err(ReadError::Empty { .. })));
    std::fs::create_dir(root.path().join("logs")).unwrap();
    std::fs::write(root.path().join("logs/a.log"), "0123456789").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", root.path().join("logs/b.log")).unwrap();
    std::os::unix::fs::symlink(root.path(), root.path().join("loop")).unwrap();
    let limits = Limits { max_file_bytes: 4, ..Limits::default() };
    let (result, files, skipped) = seen(&Source::Directory(root.path().to_owned()), &limits);
    assert_eq!(result.unwrap().files, 1);
    assert_eq!(files, [("logs/a.log".to_owned(), 4)]);
    assert_eq!(skipped.len(), 3, "{skipped:?}");
}

#[test]
fn a_missing_directory_names_itself() {
    let (result, ..) = seen(&Source::Directory("/nonexistent/x".into()), &Limits::default());
    assert!(result.unwrap_err().to_string().contains("/nonexistent/x"));
}
