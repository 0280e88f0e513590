//! Archives for tests, good and bad.

use std::path::Path;

/// A small incident: a pod that was killed for memory.
pub(crate) fn files() -> [(&'static str, &'static [u8]); 3] {
    [
        ("incident.toml", b"title = 'Carts are lost'\nnamespace = 'shop'\nservices = ['cart']\n"),
        (
            "kubernetes/pods.txt",
            b"$ kubectl get pods -n shop -o wide\n\
              NAME                    READY   STATUS             RESTARTS      AGE   IP          NODE     NOMINATED NODE   READINESS GATES\n\
              cart-5dc8d4f9fd-46997   0/1     OOMKilled          7 (10s ago)   1h    10.1.0.7    node-1   <none>           <none>\n",
        ),
        ("topology.csv", b"caller,callee\nfront,cart\n"),
    ]
}

/// A `.tar.zst` of these files.
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, path, *bytes).unwrap();
    }
    zstd::encode_all(tar.into_inner().unwrap().as_slice(), 3).unwrap()
}

/// An archive with one file of a path that no well-behaved program writes.
pub(crate) fn with_raw_path(path: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_size(1);
    header.set_mode(0o644);
    header.as_mut_bytes()[..path.len()].copy_from_slice(path);
    header.set_cksum();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append(&header, b"x".as_slice()).unwrap();
    zstd::encode_all(tar.into_inner().unwrap().as_slice(), 3).unwrap()
}

/// A few hundred kilobytes that become many gigabytes: the same block of zeros, compressed once and repeated.
pub(crate) fn bomb() -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path("logs/a.log").unwrap();
    header.set_size(64 << 30);
    header.set_mode(0o644);
    header.set_cksum();
    let mut bytes = zstd::encode_all(header.as_bytes().as_slice(), 3).unwrap();
    let frame = zstd::encode_all(vec![0_u8; 64 << 20].as_slice(), 3).unwrap();
    for _ in 0..160 {
        bytes.extend_from_slice(&frame);
    }
    bytes
}

/// How many blobs are kept.
pub(crate) fn stored(directory: &Path) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        count += if path.is_dir() { stored(&path) } else { 1 };
    }
    count
}
