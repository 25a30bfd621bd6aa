/** An application of Next.js that trains in a server component, in a client component, in a route handler and in the edge runtime. */
import { EXPORT, program } from './program.mjs';

const files = {
  'package.json': '{ "private": true, "type": "module" }',
  'program.js': program('import', EXPORT),
  'app/layout.jsx': `
    export default function Layout({ children }) {
      return <html lang="en"><body>{children}</body></html>;
    }`,
  'app/page.jsx': `
    import { run } from '../program.js';
    import { Client } from './client.jsx';
    export const dynamic = 'force-dynamic';
    export default async function Page() {
      return <><p id="server">{await run()}</p><Client /></>;
    }`,
  'app/client.jsx': `
    'use client';
    import { useEffect } from 'react';
    import { run } from '../program.js';
    export function Client() {
      useEffect(() => { globalThis.outcome = run(); }, []);
    }`,
  'app/handler/route.js': `
    import { run } from '../../program.js';
    export const dynamic = 'force-dynamic';
    export const GET = async () => new Response(await run());`,
  'app/edge/route.js': `
    import { run } from '../../program.js';
    export const runtime = 'edge';
    export const GET = async () => new Response(await run());`,
};

async function run(consumer, { open }) {
  await consumer.run('next', 'build');
  return consumer.whileServing(['next', 'start', '--port=0', '--hostname=localhost'], async (url) => {
    const text = async (path) => (await fetch(new URL(path, url))).text();
    const [, server] = /id="server">([^<]*)</.exec(await text('/')) ?? [];
    return {
      'server component': server,
      'client component': await open(url),
      'route handler': await text('/handler'),
      'edge runtime': await text('/edge'),
    };
  });
}

export const next = { files, run };
