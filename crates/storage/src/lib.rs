//! Databases, migrations, repositories, blobs and the outbox.
