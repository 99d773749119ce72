//! Whether a value may be a secret, by the name that it has: what classic templates ask for is never marked, and a
//! template need not mark what it asks for. One judge for all that is stored, copied and shown. Pure.

/// Words that people give to secrets, without what stands between their parts.
const WORDS: [&str; 9] =
    ["password", "passwd", "passphrase", "secret", "token", "credential", "privatekey", "accesskey", "apikey"];

/// Whether a name is one that people give to secrets. A public key is none, and neither is a monkey.
pub(crate) fn sounds_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let plain: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let mut parts = name.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
    let is_key = parts.next_back() == Some("key") && parts.next_back() != Some("public");
    is_key || WORDS.iter().any(|word| plain.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_however_they_are_written() {
        for name in [
            "password",
            "db_password",
            "DB-Passwd",
            "api_token",
            "apiKey",
            "API_KEY",
            "api key",
            "ssh_private_key",
            "client_secret",
            "aws_access_key_id",
            "key",
            "deploy-key",
            "passphrase",
            "credentials",
        ] {
            assert!(sounds_secret(name), "{name}");
        }
        for name in ["", "region", "branch", "monkey", "turkey", "ssh_public_key", "keyboard", "pass", "Größe"] {
            assert!(!sounds_secret(name), "{name}");
        }
    }
}
