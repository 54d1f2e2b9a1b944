import type { Server } from 'node:http';

export function servePage(folder: string, options?: { port?: number; host?: string }): Promise<{ server: Server; address: string }>;
