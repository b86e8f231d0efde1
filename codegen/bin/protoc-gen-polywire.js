#!/usr/bin/env node
// The generator as a plain plugin for buf and protoc. ts-proto has to write the message types into
// src/messages beside it; `polywire codegen` does both.
import { runNodeJs } from '@bufbuild/protoplugin';
import { runPlugin } from '../dist/src/index.js';

runNodeJs({ name: 'protoc-gen-polywire', version: '0.1.0', run: runPlugin });
