// To come with its kinds.
