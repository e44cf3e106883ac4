import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './page.css'
import { createRoot } from 'react-dom/client'
import { loadOffer } from './config.ts'
import { Page } from './page.tsx'

const root = document.getElementById('root')
if (root) createRoot(root).render(<Page offer={await loadOffer()} />)
