package mockauthy

// ParseSeed lets the fuzz test of seed files do without files.
var ParseSeed = parseSeed
