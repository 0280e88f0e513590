//! Names of the rules' vocabulary as words for people.

/// `out-of-memory` → `out of memory`.
pub fn plain(word: &str) -> String {
    word.replace(['-', '_'], " ")
}

/// `out-of-memory` → `Out of memory`.
pub fn sentence(word: &str) -> String {
    let plain = plain(word);
    let mut chars = plain.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `service/cart` → `service cart`.
pub fn place(entity: &str) -> String {
    entity.split_once('/').map_or_else(|| entity.to_owned(), |(kind, name)| format!("{} {name}", plain(kind)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_read_as_words() {
        assert_eq!(super::sentence("out-of-memory"), "Out of memory");
        assert_eq!(super::place("endpoint-service/cart-db"), "endpoint service cart-db");
        assert_eq!(super::sentence(""), "");
    }
}
