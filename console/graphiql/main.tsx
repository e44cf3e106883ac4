import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './page.css'
import { createRoot } from 'react-dom/client'
import { loadConfig } from './config.ts'
import { Page } from './page.tsx'

const root = document.getElementById('root')
if (root) createRoot(root).render(<Page config={await loadConfig()} />)
