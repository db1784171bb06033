-- The first key of the advisory lock of a transaction that writes documents, the same in all instances: "Rdox" in ASCII.
1382313848
