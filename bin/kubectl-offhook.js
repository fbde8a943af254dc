#!/usr/bin/env node
// kubectl finds its plugins by the names of programs: `kubectl offhook` runs this. It is the same command line, which
// sees by this file's name what it was called.
import './offhook.js';
